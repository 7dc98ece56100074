//! A library without a `main`: a component that exports `wasi:cli/run` all the same, and whose code is called while
//! nothing of a start has run.

wasip2::cli::command::export!(Reactor);

struct Reactor;

impl wasip2::exports::cli::run::Guest for Reactor {
    fn run() -> Result<(), ()> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        println!("a reactor, with {arguments:?}");
        std::fs::write("/kept", "by a reactor").map_err(drop)?;
        if arguments.first().is_some_and(|first| first == "fail") {
            Err(())
        } else {
            Ok(())
        }
    }
}
