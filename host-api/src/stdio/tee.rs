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

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::stdio::{Capped, Captured};

    /// Takes three bytes at a time, and every other time none.
    struct Slow {
        seen: Captured,
        waits: bool,
    }

    impl Output for Slow {
        fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            self.waits = !self.waits;
            if self.waits { Poll::Pending } else { self.seen.poll_write(cx, &bytes[..bytes.len().min(3)]) }
        }

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn what_is_kept_is_what_was_seen() {
        let (kept, seen) = (Captured::default(), Captured::default());
        let mut tee = Tee::new(kept.clone(), Slow { seen: seen.clone(), waits: false });
        let mut cx = Context::from_waker(Waker::noop());
        let mut rest = &b"0123456789"[..];
        while !rest.is_empty() {
            if let Poll::Ready(written) = tee.poll_write(&mut cx, rest) {
                rest = &rest[written.unwrap()..];
            }
            assert_eq!(kept.contents(), seen.contents());
        }
        assert_eq!(kept.contents(), b"0123456789");
    }

    #[test]
    fn a_full_record_is_an_error_for_the_writer() {
        let mut tee = Tee::new(Capped::new(Captured::default(), 4), Captured::default());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(matches!(tee.poll_write(&mut cx, b"012345"), Poll::Ready(Ok(4))));
        let Poll::Ready(Err(error)) = tee.poll_write(&mut cx, b"45") else { panic!("there is no room") };
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
