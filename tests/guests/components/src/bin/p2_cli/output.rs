//! Standard output.

use components::{parsed, streams};
use wasip2::cli::{stderr, stdin, stdout};
use wasip2::io::streams::StreamError;

/// A line on each stream.
pub fn hello() {
    streams::write(&stdout::get_stdout(), b"hello, world\n").unwrap();
    streams::write(&stderr::get_stderr(), b"hello, error\n").unwrap();
}

/// A text, again and again, a piece longer than any stream permits at a time. Any number of handles lead to one stream.
pub fn much() {
    let (text, times) = (components::argument(1), parsed::<usize>(2));
    let first = stdout::get_stdout();
    let second = stdout::get_stdout();
    let all = text.repeat(times);
    let (some, rest) = all.split_at(all.len() / 2);
    streams::write(&first, some.as_bytes()).unwrap();
    drop(first);
    streams::write(&second, rest.as_bytes()).unwrap();
}

/// What is written is seen, before it is ever flushed and while the guest waits for something else.
pub fn write_flushes() {
    let output = stdout::get_stdout();
    assert!(output.check_write().unwrap() > 0);
    output.write(b"a prompt: ").unwrap();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).unwrap();
    while output.check_write().unwrap() == 0 {
        output.subscribe().block();
    }
    output.write(format!("the answer is {answer}").as_bytes()).unwrap();
    stdin::get_stdin().blocking_read(1).unwrap_err();
}

/// Writes until nobody reads any more.
pub fn epipe() {
    let output = stdout::get_stdout();
    let failed = loop {
        if let Err(error) = streams::write(&output, &[b'x'; 4096]) {
            break error;
        }
    };
    assert!(matches!(failed, StreamError::Closed), "{failed:?}");
    assert!(matches!(output.check_write(), Err(StreamError::Closed)));
    eprintln!("closed");
}
