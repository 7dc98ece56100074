//! Copies its standard input to its standard output, as it comes, until it ends; then says on standard error how
//! many bytes there were.

use std::io::{self, Read, Write};

fn main() {
    println!("reading");
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut buffer = [0; 4096];
    let mut total = 0;
    loop {
        match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                total += count;
                if let Err(error) = output.write_all(&buffer[..count]).and_then(|()| output.flush()) {
                    guests::fail(format_args!("writing: {error}"));
                }
            }
            Err(error) => guests::fail(format_args!("reading: {error}")),
        }
    }
    eprintln!("read {total} bytes");
}
