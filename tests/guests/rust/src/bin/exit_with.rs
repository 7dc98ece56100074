//! Ends with the exit code that its first argument gives: any of 32 bits.

fn main() {
    guests::wasi::exit(guests::parsed(1))
}
