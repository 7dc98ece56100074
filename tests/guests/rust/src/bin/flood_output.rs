//! Writes as many bytes to its standard output as its first argument gives, and as many to its standard error.

use std::io::{self, Write};

const CHUNK: [u8; 1 << 16] = [b'x'; 1 << 16];

fn main() {
    let bytes: usize = guests::parsed(1);
    flood(bytes, io::stdout().lock());
    flood(bytes, io::stderr().lock());
}

fn flood(mut bytes: usize, mut stream: impl Write) {
    while bytes > 0 {
        let count = bytes.min(CHUNK.len());
        if let Err(error) = stream.write_all(&CHUNK[..count]) {
            guests::fail(format_args!("{}", guests::errno::name(&error)));
        }
        bytes -= count;
    }
}
