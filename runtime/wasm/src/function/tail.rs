//! The end of what a guest wrote to one of its outputs.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use dayfly_core::{Limits, Refusal};
use dayfly_host_api::stdio::Output;

use super::exchange::Exchange;
use super::report::Written;

/// The most bytes of it that are kept.
const MOST: usize = 4 << 10;

/// Keeps the end of what is written.
#[derive(Debug, Default)]
pub(super) struct Tail {
    /// The last of what was written, up to twice as much as is kept, so that it is moved seldom.
    bytes: Vec<u8>,
    total: u64,
    /// How much of it was taken with [`Tail::news`].
    told: u64,
    /// How much of it was taken with [`Tail::lines`].
    heard: u64,
    refused: u64,
}

impl Tail {
    fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let kept = &bytes[bytes.len().saturating_sub(MOST)..];
        if kept.len() < bytes.len() {
            // What is kept has no gaps.
            self.bytes.clear();
        }
        if self.bytes.len() + kept.len() > 2 * MOST {
            let from = (self.bytes.len() + kept.len() - MOST).min(self.bytes.len());
            self.bytes.drain(..from);
        }
        self.bytes.extend_from_slice(kept);
    }

    /// What came since the last time.
    pub(super) fn news(&mut self) -> Tail {
        let total = self.total - self.told;
        self.told = self.total;
        Tail { bytes: std::mem::take(&mut self.bytes), total, ..Tail::default() }
    }

    /// Adds what another one had.
    pub(super) fn append(&mut self, other: &Tail) {
        let left_out = other.total.saturating_sub(other.bytes.len() as u64);
        if left_out > 0 {
            self.bytes.clear();
            self.total += left_out;
        }
        self.push(&other.bytes);
    }

    /// The whole lines that came since the last time. One that is longer than what is kept comes in pieces.
    pub(super) fn lines(&mut self) -> Option<Written> {
        let came = self.total - self.heard;
        let kept = usize::try_from(came).unwrap_or(usize::MAX).min(self.bytes.len());
        let fresh = &self.bytes[self.bytes.len() - kept..];
        let end = match fresh.iter().rposition(|&byte| byte == b'\n') {
            Some(newline) => newline + 1,
            None if kept >= MOST => kept,
            None => return None,
        };
        let bytes = came - (kept - end) as u64;
        self.heard += bytes;
        Some(Written { bytes, tail: fresh[end.saturating_sub(MOST)..end].to_vec() })
    }

    /// That it took no more, if it did not.
    pub(super) fn refusal(&self, stream: &str, limits: &Limits) -> Option<Refusal> {
        if self.refused == 0 {
            return None;
        }
        let what = format!(
            "the guest may not write to its standard {stream}: the {} bytes that it may have are used up",
            limits.output
        );
        Some(Refusal { what, remedy: None, count: self.refused })
    }

    /// All of it, for its user.
    pub(super) fn written(&mut self) -> Written {
        let mut tail = std::mem::take(&mut self.bytes);
        tail.drain(..tail.len().saturating_sub(MOST));
        Written { bytes: self.total, tail }
    }
}

/// An output of a guest, whose end is kept, and which takes so many bytes.
pub(super) struct Told {
    pub(super) exchange: Arc<Exchange>,
    /// 0 is standard output, 1 standard error.
    pub(super) stream: usize,
    pub(super) most: u64,
}

impl Output for Told {
    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut tail = self.exchange.tail(self.stream);
        let left = usize::try_from(self.most.saturating_sub(tail.total)).unwrap_or(usize::MAX);
        let some = &bytes[..left.min(bytes.len())];
        if some.is_empty() && !bytes.is_empty() {
            tail.refused += 1;
            return Poll::Ready(Err(io::ErrorKind::StorageFull.into()));
        }
        tail.push(some);
        self.exchange.is_written();
        Poll::Ready(Ok(some.len()))
    }

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_since_is_told_once() {
        let mut tail = Tail::default();
        tail.push(b"one");
        assert_eq!(tail.news().written(), Written { bytes: 3, tail: b"one".to_vec() });
        tail.push(b"three");
        assert_eq!(tail.news().written(), Written { bytes: 5, tail: b"three".to_vec() });
        assert_eq!((tail.news().written(), tail.total), (Written::default(), 8));
    }

    #[test]
    fn whole_lines_are_heard_as_they_come() {
        let mut tail = Tail::default();
        let heard = |tail: &mut Tail, bytes: &[u8]| {
            tail.push(bytes);
            tail.lines().map(|written| (written.bytes, String::from_utf8(written.tail).unwrap()))
        };
        assert_eq!(heard(&mut tail, b"on my "), None);
        assert_eq!(heard(&mut tail, b"way\nand"), Some((10, "on my way\n".to_owned())));
        assert_eq!(heard(&mut tail, b""), None);
        // More than is kept: how much there was is told, and the end of it is.
        let (bytes, text) = heard(&mut tail, &[b"a\n".repeat(50_000), b"rest".to_vec()].concat()).unwrap();
        assert!(bytes == 100_003 && text.len() < MOST && text.ends_with("a\na\n"), "{bytes}");
        // A line that has no end.
        assert_eq!(heard(&mut tail, &[b'x'; MOST - 5]), None);
        let (bytes, text) = heard(&mut tail, b"x").unwrap();
        assert!(bytes == MOST as u64 && text.starts_with("rest"), "{bytes}");
        // In the end there is all of it.
        assert_eq!(tail.written().bytes, 10 + 100_003 + MOST as u64);
    }

    #[test]
    fn what_another_one_had_is_added() {
        let (mut tail, mut other) = (Tail::default(), Tail::default());
        tail.push(b"one\n");
        other.push(&[b'x'; 3 * MOST]);
        tail.append(&other.news());
        tail.append(&other.news());
        assert_eq!((tail.total, tail.lines().unwrap().bytes), (4 + 3 * MOST as u64, 4 + 3 * MOST as u64));
    }

    #[test]
    fn the_end_is_kept_however_it_came() {
        let all: Vec<u8> = (0..100_000_u32).map(|number| (number % 251) as u8).collect();
        for piece in [1, 7, 4_096, 5_000, 100_000] {
            let mut tail = Tail::default();
            for piece in all.chunks(piece) {
                tail.push(piece);
                assert!(tail.bytes.len() <= 2 * MOST);
            }
            assert_eq!(tail.written(), Written { bytes: 100_000, tail: all[100_000 - MOST..].to_vec() });
        }
    }
}
