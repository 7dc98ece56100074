//! Prints every argument and every environment variable, one a line.

fn main() {
    for (index, argument) in std::env::args().enumerate() {
        println!("arg {index} {argument:?}");
    }
    for (name, value) in std::env::vars() {
        println!("env {name}={value}");
    }
}
