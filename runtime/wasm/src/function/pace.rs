//! How a guest that computes lets others of its thread go on.
//!
//! It is asked to at every tick of the clock. At first it goes on when all that was ready on its thread had a turn, and what
//! came in was looked at: tokio's own way to yield does that, where a task that only woke itself would be polled dozens of
//! times before the thread looks at its sockets again. One that keeps on shares one such turn with all others of its
//! thread that do so, so that a round takes no longer than a tick for all of them together.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use dayfly_core::turn;
use wasmtime::UpdateDeadline;

use super::turns::Turn;

/// How often in a row a guest yields before it shares its turns with others: ticks, and so milliseconds.
const FIRST: u32 = 50;

/// Whether a guest computes, and since when. It is told by the guest's store when the guest yields, and by who polls it.
#[derive(Debug, Default)]
pub(super) struct Pace {
    in_a_row: AtomicU32,
    yielded: AtomicBool,
}

impl Pace {
    /// The guest was asked to yield: how it does so.
    pub(super) fn yields(&self) -> UpdateDeadline {
        self.yielded.store(true, Ordering::Relaxed);
        let before = self.in_a_row.fetch_add(1, Ordering::Relaxed);
        match before < FIRST {
            true => UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())),
            false => UpdateDeadline::YieldCustom(1, Box::pin(Turn::default())),
        }
    }

    /// The guest is about to be polled.
    pub(super) fn begin(&self) {
        self.yielded.store(false, Ordering::Relaxed);
    }

    /// The guest was polled, and waits for something, unless it yielded.
    pub(super) fn end(&self) {
        match self.has_yielded() {
            true => turn::ends(),
            false => self.in_a_row.store(0, Ordering::Relaxed),
        }
    }

    /// Whether it yielded when it was polled last.
    pub(super) fn has_yielded(&self) -> bool {
        self.yielded.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_waits_has_not_kept_on() {
        let pace = Pace::default();
        for _ in 0..3 {
            for _ in 0..FIRST {
                pace.begin();
                drop(pace.yields());
                pace.end();
                assert!(pace.has_yielded() && turn::ended());
            }
            assert_eq!(pace.in_a_row.load(Ordering::Relaxed), FIRST);
            pace.begin();
            pace.end();
            assert!(!turn::ended());
            assert_eq!(pace.in_a_row.load(Ordering::Relaxed), 0);
        }
    }
}
