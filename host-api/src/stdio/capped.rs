//! Output that may not grow for ever.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use super::{Output, StreamKind};

/// An output that takes a number of bytes and then fails like a full disk.
#[derive(Debug)]
pub struct Capped<O> {
    output: O,
    left: u64,
    refused: Arc<AtomicU64>,
}

impl<O: Output> Capped<O> {
    /// An output that takes at most `bytes` bytes.
    pub fn new(output: O, bytes: u64) -> Capped<O> {
        Capped { output, left: bytes, refused: Arc::default() }
    }

    /// How often it took nothing, for who wants to know that when it has been given away.
    pub fn refused(&self) -> Arc<AtomicU64> {
        self.refused.clone()
    }
}

impl<O: Output> Output for Capped<O> {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let some = usize::try_from(self.left).map_or(bytes, |left| &bytes[..left.min(bytes.len())]);
        if some.is_empty() && !bytes.is_empty() {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Poll::Ready(Err(io::ErrorKind::StorageFull.into()));
        }
        let written = ready!(self.output.poll_write(cx, some))?;
        self.left -= written as u64;
        Poll::Ready(Ok(written))
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.output.poll_ready(cx)
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.output.poll_flush(cx)
    }

    fn kind(&self) -> StreamKind {
        self.output.kind()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::stdio::Captured;

    #[test]
    fn what_fits_is_taken_and_the_rest_fails_like_a_full_disk() {
        let memory = Captured::default();
        let mut capped = Capped::new(memory.clone(), 5);
        let refused = capped.refused();
        let mut cx = Context::from_waker(Waker::noop());
        let mut write = |bytes: &[u8]| match capped.poll_write(&mut cx, bytes) {
            Poll::Ready(result) => result.map_err(|error| error.kind()),
            Poll::Pending => panic!("memory makes nobody wait"),
        };
        assert_eq!(write(b"012"), Ok(3));
        assert_eq!(write(b"3456"), Ok(2));
        assert_eq!(write(b"56"), Err(io::ErrorKind::StorageFull));
        assert_eq!(write(b""), Ok(0));
        assert_eq!(memory.contents(), b"01234");
        assert_eq!(refused.load(Ordering::Relaxed), 1);
    }
}
