//! What the guests share: WASI calls that the standard library does not offer, the names of its error numbers,
//! JSON, noise, and the command line.

pub mod errno;
pub mod json;
pub mod noise;
pub mod wasi;

use std::fmt::Display;
use std::str::FromStr;

/// The argument at `index`, counted from 1.
pub fn argument(index: usize) -> String {
    match std::env::args().nth(index) {
        Some(value) => value,
        None => fail(format_args!("argument {index} is missing")),
    }
}

/// The argument at `index` as a number or whatever else it should be.
pub fn parsed<T: FromStr>(index: usize) -> T {
    let value = argument(index);
    match value.parse() {
        Ok(parsed) => parsed,
        Err(_) => fail(format_args!("argument {index} is not what it should be: `{value}`")),
    }
}

/// Says what went wrong and exits with 1.
pub fn fail(message: impl Display) -> ! {
    eprintln!("{message}");
    std::process::exit(1)
}
