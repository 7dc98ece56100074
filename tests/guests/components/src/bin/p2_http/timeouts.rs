//! Servers that keep a guest waiting.

use components::{argument, parsed};
use wasip2::http::types::{Method, RequestOptions};

use crate::ask::ask;

/// Waits for the first byte of an answer no longer than it said, in nanoseconds.
pub fn timeout() {
    let options = RequestOptions::new();
    options.set_first_byte_timeout(Some(parsed(2))).unwrap();
    assert_eq!(options.first_byte_timeout(), Some(parsed(2)));
    assert_eq!(options.between_bytes_timeout(), None);
    let error = ask(Method::Get, &argument(1)).options(options).send().err().unwrap();
    println!("{error:?}");
}
