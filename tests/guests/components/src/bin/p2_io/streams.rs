//! Waiting for streams.

use wasip2::cli::{stdin, stdout};
use wasip2::io::poll::poll;
use wasip2::io::streams::StreamError;

/// A stream's pollable is ready when there is something to read, and as often as that is so.
pub fn correct() {
    let (input, output) = (stdin::get_stdin(), stdout::get_stdout());
    output.subscribe().block();
    assert!(output.check_write().unwrap() > 0);
    let (first, second) = (input.subscribe(), input.subscribe());
    assert!(!first.ready() && !second.ready(), "nothing was sent yet");
    output.blocking_write_and_flush(b"waiting\n").unwrap();
    poll(&[&first]);
    assert!(second.ready());
    assert_eq!(input.read(0).unwrap(), b"");
    assert_eq!(input.read(5).unwrap(), b"first");
    // No more is there, so that it waits again.
    assert!(!first.ready());
    output.blocking_write_and_flush(b"waiting again\n").unwrap();
    second.block();
    assert_eq!(input.blocking_read(100).unwrap(), b"second");
    output.blocking_write_and_flush(b"waiting for the end\n").unwrap();
    first.block();
    assert!(matches!(input.read(1), Err(StreamError::Closed)));
    assert!(first.ready() && second.ready());
    println!("over");
}

/// A stream can't go before those who wait for it: a trap.
pub fn traps() {
    let output = stdout::get_stdout();
    let pollable = output.subscribe();
    println!("dropping");
    drop(output);
    println!("never here");
    drop(pollable);
}
