//! Reads the file that the first argument names and writes it in capitals where the second says.

use std::fs;

fn main() {
    let (source, target) = (guests::argument(1), guests::argument(2));
    let text = match fs::read_to_string(&source) {
        Ok(text) => text,
        Err(error) => guests::fail(format_args!("{source}: {error}")),
    };
    if let Err(error) = fs::write(&target, text.to_uppercase()) {
        guests::fail(format_args!("{target}: {error}"));
    }
}
