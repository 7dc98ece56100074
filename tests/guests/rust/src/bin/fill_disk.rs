//! Writes to the file that its first argument names until the disk is full, says how many bytes fitted and which
//! error came, then removes the file and checks that the space is there again.

use std::fs::{self, File};
use std::io::{self, Write};

const CHUNK: usize = 10_000;

fn main() {
    let path = guests::argument(1);
    let (first, error) = fill(&path);
    println!("full after {first} bytes: {}", guests::errno::name(&error));
    if let Err(error) = fs::remove_file(&path) {
        guests::fail(format_args!("remove: {error}"));
    }
    let (second, _) = fill(&path);
    println!("after removing: {second} bytes");
}

fn fill(path: &str) -> (usize, io::Error) {
    let mut file = match File::create(path) {
        Ok(file) => file,
        Err(error) => guests::fail(format_args!("{path}: {error}")),
    };
    let mut written = 0;
    loop {
        match file.write_all(&[0; CHUNK]) {
            Ok(()) => written += CHUNK,
            Err(error) => return (written, error),
        }
    }
}
