//! Computes on a GPU by the first text of `wasi:webgpu`: each argument is a case, which fails with a message or says nothing.

mod bindings;
mod cases;
mod kit;

fn main() {
    for name in std::env::args().skip(1) {
        println!("{name}");
        cases::run(&name);
    }
}
