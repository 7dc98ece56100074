//! Prints a line and traps.

fn main() {
    println!("before the trap");
    std::process::abort();
}
