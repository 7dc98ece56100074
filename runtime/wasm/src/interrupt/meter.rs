//! The processor time of one guest against what it may have.

use std::time::{Duration, Instant};

use super::Bounds;
use super::share::{Share, Turn};

/// Measures a guest that has a share of a core, or so much processor time in all. Others have none, and nobody looks at a
/// clock for them.
#[derive(Debug)]
pub(super) struct Meter {
    share: Option<Share>,
    most: Option<Duration>,
    began: Instant,
    /// What the thread's clock showed then.
    before: Duration,
}

/// What a meter says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Reading {
    /// It may run; to be looked at again when it has run for this long.
    Run(Duration),
    /// It is to wait for this long.
    Wait(Duration),
    /// It has had all that there is for it.
    Spent,
}

impl Meter {
    /// The meter of a guest that begins now, when its thread's clock shows `clock`.
    pub(super) fn new(bounds: &Bounds<'_>, clock: impl FnOnce() -> Duration) -> Option<Meter> {
        let share = bounds.cpu.map(Share::new);
        (share.is_some() || bounds.cpu_time.is_some()).then(|| Meter {
            share,
            most: bounds.cpu_time,
            began: Instant::now(),
            before: clock(),
        })
    }

    /// What the guest may do when its thread's clock shows `clock`.
    pub(super) fn read(&mut self, now: Instant, clock: Duration) -> Reading {
        let (wall, used) = (now.saturating_duration_since(self.began), clock.saturating_sub(self.before));
        let left = match self.most.map(|most| most.checked_sub(used)) {
            Some(None | Some(Duration::ZERO)) => return Reading::Spent,
            Some(Some(left)) => left,
            None => Duration::MAX,
        };
        match self.share.as_mut().map(|share| share.turn(wall, used)) {
            None => Reading::Run(left),
            Some(Turn::Run(turn)) => Reading::Run(turn.min(left)),
            Some(Turn::Wait(time)) => Reading::Wait(time),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn meter(cpu: Option<u64>, cpu_time: Option<Duration>) -> Option<Meter> {
        let cancel = CancellationToken::new();
        Meter::new(&Bounds { timeout: None, cancel: &cancel, cpu, cpu_time }, || ms(1_000))
    }

    #[test]
    fn who_has_no_limit_has_no_meter_and_no_clock_is_read() {
        let cancel = CancellationToken::new();
        let bounds = Bounds { timeout: Some(ms(1)), cancel: &cancel, cpu: None, cpu_time: None };
        assert!(Meter::new(&bounds, || unreachable!()).is_none());
    }

    #[test]
    fn what_the_thread_did_before_is_not_the_guests() {
        let mut meter = meter(None, Some(ms(50))).unwrap();
        let at = meter.began;
        assert_eq!(meter.read(at, ms(1_000)), Reading::Run(ms(50)));
        assert_eq!(meter.read(at + ms(500), ms(1_049)), Reading::Run(ms(1)));
        assert_eq!(meter.read(at + ms(500), ms(1_050)), Reading::Spent);
        assert_eq!(meter.read(at + ms(500), ms(9_000)), Reading::Spent);
    }

    #[test]
    fn the_sooner_of_two_limits_counts_and_all_spent_comes_before_waiting() {
        let mut meter = meter(Some(500), Some(ms(60))).unwrap();
        let at = meter.began;
        assert_eq!(meter.read(at, ms(1_000)), Reading::Run(ms(50)));
        assert_eq!(meter.read(at + ms(50), ms(1_050)), Reading::Wait(ms(50)));
        assert_eq!(meter.read(at + ms(100), ms(1_050)), Reading::Run(ms(10)));
        assert_eq!(meter.read(at + ms(110), ms(1_060)), Reading::Spent);
    }
}
