//! A rate of bytes.

use std::time::{Duration, Instant};

/// What may be sent at once is the bytes of a second divided by this.
const BURSTS: u64 = 10;

/// A bucket of tokens, one a byte, that fills at a rate: who sends takes as many as there are, and waits for more.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Bytes a second; never none.
    rate: u64,
    capacity: u64,
    level: u64,
    /// Up to when the bucket was filled.
    filled: Instant,
}

impl Bucket {
    /// A full bucket. A rate of nothing is one byte a second.
    pub(super) fn new(rate: u64, now: Instant) -> Bucket {
        let rate = rate.max(1);
        let capacity = (rate / BURSTS).max(1);
        Bucket { rate, capacity, level: capacity, filled: now }
    }

    /// Takes up to `wanted` tokens.
    ///
    /// # Errors
    /// There are none; how long until there is one.
    pub(super) fn take(&mut self, wanted: usize, now: Instant) -> Result<usize, Duration> {
        self.fill(now);
        if self.level == 0 {
            // A few bytes at a time would cost more than they are worth.
            let some = self.capacity.min(u64::try_from(wanted).unwrap_or(u64::MAX)).max(1);
            return Err(self.time(some));
        }
        let taken = usize::try_from(self.level).unwrap_or(usize::MAX).min(wanted);
        self.level -= taken as u64;
        Ok(taken)
    }

    /// Puts back tokens that were not used.
    pub(super) fn give_back(&mut self, tokens: usize) {
        self.level = self.capacity.min(self.level.saturating_add(tokens as u64));
    }

    fn fill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.filled);
        let new = passed.as_nanos().saturating_mul(u128::from(self.rate)) / 1_000_000_000;
        let new = u64::try_from(new).unwrap_or(u64::MAX);
        if new == 0 {
            return;
        }
        self.level = self.capacity.min(self.level.saturating_add(new));
        // Not up to now: what is less than a token is kept for the next time.
        self.filled = if self.level == self.capacity { now } else { self.filled + self.time(new) };
    }

    /// How long `tokens` take to come.
    fn time(&self, tokens: u64) -> Duration {
        let nanoseconds = u128::from(tokens) * 1_000_000_000 / u128::from(self.rate);
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_rate_and_no_more() {
        let begin = Instant::now();
        let mut bucket = Bucket::new(10_000, begin);
        assert_eq!(bucket.take(5_000, begin), Ok(1_000), "a tenth of a second's at once");
        let (mut now, mut sent) = (begin, 0);
        while now < begin + Duration::from_secs(10) {
            match bucket.take(700, now) {
                Ok(taken) => sent += taken,
                Err(wait) => {
                    assert!(wait > Duration::ZERO && wait <= Duration::from_millis(100), "{wait:?}");
                    now += wait;
                }
            }
        }
        assert!((99_000..=101_000).contains(&sent), "{sent}");
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let now = Instant::now();
        let mut bucket = Bucket::new(10_000, now);
        assert_eq!(bucket.take(1_000, now), Ok(1_000));
        assert!(bucket.take(1, now).is_err());
        bucket.give_back(400);
        assert_eq!(bucket.take(1_000, now), Ok(400));
        bucket.give_back(usize::MAX);
        assert_eq!(bucket.take(5_000, now), Ok(1_000));
    }

    #[test]
    fn small_and_huge_rates_work() {
        let now = Instant::now();
        for rate in [0, 1, 999, u64::MAX] {
            let mut bucket = Bucket::new(rate, now);
            assert!(bucket.take(1, now).is_ok(), "{rate}");
            let _ = bucket.take(usize::MAX, now + Duration::from_secs(1 << 32));
        }
    }
}
