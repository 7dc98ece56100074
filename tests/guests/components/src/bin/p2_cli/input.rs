//! Standard input.

use components::streams;
use wasip2::cli::{stdin, stdout};
use wasip2::io::streams::StreamError;

/// Moves all of its input to its output, in the host.
pub fn splice() {
    let (input, output) = (stdin::get_stdin(), stdout::get_stdout());
    let mut moved = 0;
    loop {
        match output.blocking_splice(&input, 1 << 20) {
            Ok(count) => moved += count,
            Err(StreamError::Closed) => break,
            Err(error) => panic!("{error:?}"),
        }
    }
    output.blocking_flush().unwrap();
    eprintln!("moved {moved} bytes");
}

/// Reads line by line, then that there is no more.
pub fn lines() {
    for line in std::io::stdin().lines() {
        println!("[{}]", line.unwrap());
    }
    let input = stdin::get_stdin();
    assert!(matches!(input.read(1), Err(StreamError::Closed)));
    assert!(matches!(input.blocking_read(1), Err(StreamError::Closed)));
    // Who waits for the end is not kept waiting.
    assert!(input.subscribe().ready());
}

/// An input that was never there ends at once.
pub fn empty() {
    assert_eq!(streams::read_to_end(&stdin::get_stdin()), b"");
    println!("empty");
}

/// An input that can't be read is an error, not an end.
pub fn is_a_folder() {
    match stdin::get_stdin().blocking_read(1) {
        Err(StreamError::LastOperationFailed(error)) => println!("{}", error.to_debug_string()),
        other => panic!("{other:?}"),
    }
}
