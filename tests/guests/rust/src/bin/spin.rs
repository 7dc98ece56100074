//! Writes a line, leaves the file that its first argument names (if there is one), and computes for ever.

use std::fs;
use std::hint::black_box;

fn main() {
    if let Some(path) = std::env::args().nth(1) {
        if let Err(error) = fs::write(&path, "written before the loop\n") {
            guests::fail(format_args!("{path}: {error}"));
        }
    }
    println!("spinning");
    let mut turns = 0u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}
