//! Streams of bytes between a guest and whoever started it.
//!
//! A guest waits for a stream without blocking its thread's executor: every operation is a poll. An end that is
//! the process's own descriptor is never switched to non-blocking mode, because that mode belongs to the open
//! file and would be seen by every process that shares it; where it can be opened once more, that one is non-blocking.

mod asynchronous;
mod capped;
mod descriptor;
mod file;
mod manner;
mod memory;
mod tee;
mod waiting;

use std::io;
use std::task::{Context, Poll};

pub use asynchronous::{Reader, Writer};
pub use capped::Capped;
pub use descriptor::{DescriptorInput, DescriptorOutput};
pub use file::FileOutput;
pub use memory::{Bytes, Captured, Empty};
pub use tee::Tee;

/// What a stream looks like to who asks for its type.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StreamKind {
    /// A terminal.
    Terminal,
    /// Anything else.
    Pipe,
}

/// Where a guest's input comes from.
pub trait Input: Send {
    /// Reads into `buffer`; zero bytes mean the end.
    ///
    /// # Errors
    /// What the source fails with.
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>>;

    /// Ready when reading would not wait.
    ///
    /// # Errors
    /// What the source fails with.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// What the stream looks like.
    fn kind(&self) -> StreamKind {
        StreamKind::Pipe
    }
}

/// Where a guest's output goes.
pub trait Output: Send {
    /// Writes some of `bytes`, at least one where there is one.
    ///
    /// # Errors
    /// What the sink fails with.
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;

    /// Ready when writing would not wait.
    ///
    /// # Errors
    /// What the sink fails with.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Hands over what is still held back. Called once, when the guest has ended.
    ///
    /// # Errors
    /// What the sink fails with.
    fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// What the stream looks like.
    fn kind(&self) -> StreamKind {
        StreamKind::Pipe
    }
}
