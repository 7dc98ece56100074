//! A guest's standard streams, as wasmtime's crates ask for them. Any number of handles lead to one stream: a guest may
//! ask for it as often as it likes, and so may each part of a composed one.
//!
//! Handles of 0.3 leave others a turn now and then, although they could go on: a guest may hand one stream to the other, and
//! then nobody would look whether it is to end before all is through.

mod shared;
mod stdin;
mod stdout;
#[cfg(test)]
mod tests;
mod waiters;

use std::io;

use wasmtime_wasi::p2::StreamError;

pub(super) use stdin::Stdin;
pub(super) use stdout::Stdout;

/// The most bytes that a stream of 0.2 gives, or promises to take, at a time.
const PIECE: usize = 64 << 10;
/// The most bytes of one read or write of 0.3: a guest that asks for more gets less, and can be stopped in between.
const MOST: usize = 16 << 20;

/// A stream whose other end went away is closed; anything else is told.
fn failed(error: io::Error) -> StreamError {
    match error.kind() {
        io::ErrorKind::BrokenPipe => StreamError::Closed,
        _ => StreamError::LastOperationFailed(error.into()),
    }
}
