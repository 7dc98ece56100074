//! What was written of a guest's lines while its request goes on.

use std::cell::Cell;
use std::time::{Duration, Instant};

use dayfly_core::OutputStream;

/// So many bytes of a request are written as they come in [`WHILE`]. It may be as much more as comes at once.
const MOST: u64 = 4 << 10;
/// See [`MOST`].
const WHILE: Duration = Duration::from_secs(1);

/// How much of what a guest wrote is written already, or left out for good.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    stdout: Cell<u64>,
    stderr: Cell<u64>,
    /// Since when bytes are counted, and how many there were.
    since: Cell<Option<Instant>>,
    lately: Cell<u64>,
}

impl Heard {
    /// Whether more may be written now.
    pub(crate) fn has_room(&self, now: Instant) -> bool {
        if self.since.get().is_none_or(|since| now.saturating_duration_since(since) >= WHILE) {
            self.since.set(Some(now));
            self.lately.set(0);
        }
        self.lately.get() < MOST
    }

    /// So much came, of which so much is written.
    pub(crate) fn add(&self, stream: OutputStream, bytes: u64, written: usize) {
        let sum = self.of(stream);
        sum.set(sum.get() + bytes);
        self.lately.set(self.lately.get() + written as u64);
    }

    /// How much came of an output.
    pub(crate) fn bytes(&self, stream: OutputStream) -> u64 {
        self.of(stream).get()
    }

    fn of(&self, stream: OutputStream) -> &Cell<u64> {
        match stream {
            OutputStream::Stdout => &self.stdout,
            OutputStream::Stderr => &self.stderr,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_is_heard_for_so_much_in_a_second() {
        let (heard, now) = (Heard::default(), Instant::now());
        assert!(heard.has_room(now));
        heard.add(OutputStream::Stderr, 10, 10);
        assert!(heard.has_room(now));
        heard.add(OutputStream::Stdout, 100_000, 4096);
        assert!(!heard.has_room(now) && !heard.has_room(now + WHILE / 2));
        assert!(heard.has_room(now + WHILE), "another second");
        assert_eq!(
            [OutputStream::Stdout, OutputStream::Stderr].map(|stream| heard.bytes(stream)),
            [100_000, 10]
        );
    }
}
