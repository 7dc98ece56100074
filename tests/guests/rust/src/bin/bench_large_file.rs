//! Writes 64 MiB to a file in calls of 4 KiB, reads it back in the same way, compares, and removes it.

use std::fs::{self, File};
use std::io::{self, Read, Write};

const CALLS: usize = 64 << 8;
const PATH: &str = "large";

fn main() -> io::Result<()> {
    let mut block = [0; 4096];
    let mut file = File::create(PATH)?;
    for call in 0..CALLS {
        block[..8].copy_from_slice(&(call as u64).to_le_bytes());
        file.write_all(&block)?;
    }
    drop(file);
    let mut file = File::open(PATH)?;
    for call in 0..CALLS {
        file.read_exact(&mut block)?;
        if block[..8] != (call as u64).to_le_bytes() {
            guests::fail(format_args!("block {call} is another one"));
        }
    }
    drop(file);
    fs::remove_file(PATH)
}
