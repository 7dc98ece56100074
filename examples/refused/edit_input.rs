//! Tries to add a line to its input, which it may only read.

use std::fs::OpenOptions;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let path = "/notes/today.txt";
    let edited =
        OpenOptions::new().append(true).open(path).and_then(|mut file| file.write_all(b"a line more\n"));
    match edited {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{path}: {error}");
            ExitCode::FAILURE
        }
    }
}
