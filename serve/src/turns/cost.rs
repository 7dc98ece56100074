//! What requests of a function take of a processor.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What requests of a function take of a processor: an average over those that were over lately. Nothing is known before
/// the first one is.
#[derive(Debug, Default)]
pub struct Cost {
    nanoseconds: AtomicU64,
}

/// The part that each request has in the average, one of so many.
const PART: u64 = 8;

impl Cost {
    /// The average.
    pub fn average(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed))
    }

    /// Begins with what another one knows.
    pub fn begin_with(&self, other: &Cost) {
        self.nanoseconds.store(other.nanoseconds.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Has another request in the average. Of two at the same time one may be left out.
    pub fn add(&self, nanoseconds: u64) {
        let before = self.nanoseconds.load(Ordering::Relaxed);
        let after = match before {
            0 => nanoseconds,
            _ => before - before / PART + nanoseconds / PART,
        };
        // What changes next to nothing is not written: all threads read it.
        if before.abs_diff(after) > before / 32 {
            self.nanoseconds.store(after, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_follows_what_requests_cost() {
        let cost = Cost::default();
        assert_eq!(cost.average(), Duration::ZERO);
        cost.add(1_000_000);
        assert_eq!(cost.average(), Duration::from_millis(1));
        for _ in 0..100 {
            cost.add(20_000_000);
        }
        let near =
            |average: Duration, expected: u64| average.as_nanos().abs_diff(u128::from(expected)) < 4_000_000;
        assert!(near(cost.average(), 20_000_000), "{:?}", cost.average());
        for _ in 0..100 {
            cost.add(0);
        }
        assert!(cost.average() < Duration::from_millis(1), "{:?}", cost.average());
        let next = Cost::default();
        next.begin_with(&cost);
        assert_eq!(next.average(), cost.average());
    }
}
