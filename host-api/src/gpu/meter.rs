//! Counting what a guest takes, before the device is asked for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much of something a guest may take, and has taken.
#[derive(Debug)]
pub(super) struct Meter {
    limit: u64,
    used: AtomicU64,
    peak: AtomicU64,
    /// What it is a part of, and takes of as well.
    whole: Option<Arc<Meter>>,
}

/// What was taken. It is given back when this is dropped.
#[derive(Debug)]
pub(super) struct Taken {
    meter: Arc<Meter>,
    amount: u64,
    /// What was taken of the whole.
    _whole: Option<Box<Taken>>,
}

impl Meter {
    pub(super) fn new(limit: u64) -> Arc<Meter> {
        Arc::new(Meter { limit, used: AtomicU64::new(0), peak: AtomicU64::new(0), whole: None })
    }

    /// A part of another one, which is taken of as well.
    pub(super) fn of(whole: &Arc<Meter>, limit: u64) -> Arc<Meter> {
        let whole = Some(whole.clone());
        Arc::new(Meter { limit, used: AtomicU64::new(0), peak: AtomicU64::new(0), whole })
    }

    /// Takes so much, if that much is left.
    pub(super) fn take(self: &Arc<Meter>, amount: u64) -> Option<Taken> {
        let whole = match &self.whole {
            Some(whole) => Some(Box::new(whole.take(amount)?)),
            None => None,
        };
        let more = |used: u64| used.checked_add(amount).filter(|&used| used <= self.limit);
        let before = self.used.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok()?;
        self.peak.fetch_max(before + amount, Ordering::AcqRel);
        Some(Taken { meter: self.clone(), amount, _whole: whole })
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    pub(super) fn used(&self) -> u64 {
        self.used.load(Ordering::Acquire)
    }

    /// The most that was taken at a time.
    pub(super) fn peak(&self) -> u64 {
        self.peak.load(Ordering::Acquire)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.meter.used.fetch_sub(self.amount, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_taken_than_there_is() {
        let meter = Meter::new(10);
        let first = meter.take(7).unwrap();
        assert!(meter.take(4).is_none() && meter.take(u64::MAX).is_none());
        let second = meter.take(3).unwrap();
        drop(first);
        assert_eq!((meter.used(), meter.peak()), (3, 10));
        drop(second);
        assert_eq!(meter.used(), 0);
    }

    #[test]
    fn a_part_takes_of_the_whole() {
        let whole = Meter::new(10);
        let (first, second) = (Meter::of(&whole, 6), Meter::of(&whole, 6));
        let taken = first.take(6).unwrap();
        // A part has no more than its own, and what it is refused is not gone from the whole.
        assert!(first.take(1).is_none() && second.take(5).is_none());
        assert_eq!(whole.used(), 6);
        let other = second.take(4).unwrap();
        assert_eq!((whole.used(), second.used()), (10, 4));
        drop((taken, other));
        assert_eq!((whole.used(), first.used(), second.used()), (0, 0, 0));
    }
}
