//! Processor time of a thread.

use std::cell::Cell;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The processor time that this thread has used since it began.
pub fn thread_cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // The clock counts from the thread's start; it is never negative.
    Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
}

/// A stretch of work on one thread, whose processor time is measured without asking the system where it is short.
///
/// To read a thread's clock is a system call, which takes longer than much of what is measured. Work that took less than a
/// tenth of a millisecond counts as it took. For longer work the clock is read at its end; and also at its beginning, if
/// that is wanted, or was not done for a millisecond, so that nothing counts for more than it took, nor for more than what
/// the thread used in that time and the millisecond before.
#[derive(Clone, Copy, Debug)]
#[must_use = "it is measured when `end` is called"]
pub struct CpuStretch {
    began: Instant,
    /// What the thread had used when that was asked last.
    before: Duration,
    is_exact: bool,
}

/// What takes less is taken to have had the processor all the time.
const SHORT: Duration = Duration::from_micros(100);
/// How long the clock's last reading may be ago where a stretch begins.
const FRESH: Duration = Duration::from_millis(1);

thread_local! {
    /// When this thread's clock was read last, and what it said.
    static LAST: Cell<Option<(Instant, Duration)>> = const { Cell::new(None) };
}

impl CpuStretch {
    /// Begins now, as the caller has it from its clock. One that belongs to longer work is to be exact however short it is.
    pub fn begin(now: Instant, is_exact: bool) -> CpuStretch {
        let fresh = LAST.get().filter(|(at, _)| !is_exact && now.saturating_duration_since(*at) < FRESH);
        let before = fresh.map_or_else(|| read(now), |(_, before)| before);
        CpuStretch { began: now, before, is_exact }
    }

    /// Ends now, on the thread on which it began: the processor time that it took.
    pub fn end(self) -> Duration {
        let now = Instant::now();
        let took = now.saturating_duration_since(self.began);
        match took < SHORT && !self.is_exact {
            true => took,
            false => took.min(read(now).saturating_sub(self.before)),
        }
    }

    /// Whether work that took so much until now is long: its next stretches are to be exact.
    pub fn is_long(took: Duration) -> bool {
        took >= SHORT
    }
}

fn read(now: Instant) -> Duration {
    let used = thread_cpu_time();
    LAST.set(Some((now, used)));
    used
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn work(until: Duration) {
        let began = thread_cpu_time();
        while thread_cpu_time() - began < until {}
    }

    #[test]
    fn work_counts_and_waiting_does_not() {
        // Used just before, which counts for none of these.
        work(Duration::from_millis(3));
        for is_exact in [false, true] {
            let stretch = CpuStretch::begin(Instant::now(), is_exact);
            work(Duration::from_millis(5));
            assert!(stretch.end() >= Duration::from_millis(5));
            let stretch = CpuStretch::begin(Instant::now(), is_exact);
            thread::sleep(Duration::from_millis(20));
            // The millisecond before, and what it takes to fall asleep.
            assert!(stretch.end() < Duration::from_millis(5));
        }
    }

    #[test]
    fn nothing_counts_for_more_than_it_took() {
        for is_exact in [false, true] {
            let (began, before) = (Instant::now(), thread_cpu_time());
            let mut sum = Duration::ZERO;
            for _ in 0..1_000 {
                let stretch = CpuStretch::begin(Instant::now(), is_exact);
                work(Duration::from_micros(5));
                sum += stretch.end();
            }
            let (took, used) = (began.elapsed(), thread_cpu_time() - before);
            assert!(sum <= took);
            assert!(!is_exact || sum <= used);
            assert!(sum >= Duration::from_millis(5));
        }
    }
}
