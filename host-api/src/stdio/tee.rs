//! Output that is both kept and seen.

use std::io;
use std::task::{Context, Poll, ready};

use super::{Output, StreamKind};

/// An output that goes to two places. The first one decides how much is taken; the second one gets exactly
/// what the first one took.
#[derive(Debug)]
pub struct Tee<A, B> {
    kept: A,
    live: B,
}

impl<A: Output, B: Output> Tee<A, B> {
    /// An output that is seen at `live` and kept at `kept`, in this order: what is kept was seen.
    pub fn new(kept: A, live: B) -> Tee<A, B> {
        Tee { kept, live }
    }
}

impl<A: Output, B: Output> Output for Tee<A, B> {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut written = ready!(self.live.poll_write(cx, bytes))?;
        let seen = &bytes[..written];
        let mut kept = 0;
        while kept < seen.len() {
            // The kept end is a file or memory: it never makes anybody wait.
            match self.kept.poll_write(cx, &seen[kept..]) {
                Poll::Ready(Ok(some)) => kept += some,
                Poll::Ready(Err(error)) if kept == 0 => return Poll::Ready(Err(error)),
                Poll::Ready(Err(_)) | Poll::Pending => {
                    written = kept;
                    break;
                }
            }
        }
        Poll::Ready(Ok(written))
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.live.poll_ready(cx)
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.live.poll_flush(cx)
    }

    fn kind(&self) -> StreamKind {
        self.live.kind()
    }
}
