//! Computes on a GPU by `wasi:webgpu`: each argument is a case, which fails with a message or says nothing.

mod bindings;
mod cases;
mod kit;

use wasip3::exports::cli::run::Guest;

wasip3::cli::command::export!(Program);

struct Program;

impl Guest for Program {
    async fn run() -> Result<(), ()> {
        for name in wasip3::cli::environment::get_arguments().iter().skip(1) {
            println!("{name}");
            cases::run(name).await;
        }
        Ok(())
    }
}
