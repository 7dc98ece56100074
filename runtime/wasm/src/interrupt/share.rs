//! A share of a processor core.

use std::time::Duration;

/// The time in which a guest may use its share of a core, and no more than that at once.
const WINDOW: Duration = Duration::from_millis(100);
/// A whole core, in the unit of shares.
const CORE: u32 = 1_000;

/// How much of a core a guest may still use. At the beginning of each window of 100 ms it gets its share of that window,
/// and what it did not use of the one before is gone. What it used too much it pays back, however many windows that
/// takes.
///
/// Nothing here looks at a clock: times are since the guest began.
#[derive(Debug)]
pub(super) struct Share {
    /// What a window is worth.
    budget: Duration,
    /// Processor time that was paid for.
    paid: Duration,
    /// Where the present window began.
    window: Duration,
}

/// What a guest may do now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Turn {
    /// Run, for this long at most.
    Run(Duration),
    /// Wait for this long.
    Wait(Duration),
}

impl Share {
    /// A share in thousandths of a core: at least one, and not all of it.
    pub(super) fn new(thousandths: u64) -> Share {
        // No more than a core, so that it fits.
        let thousandths = u32::try_from(thousandths).unwrap_or(CORE).clamp(1, CORE);
        let budget = WINDOW * thousandths / CORE;
        Share { budget, paid: budget, window: Duration::ZERO }
    }

    /// What a guest may do that runs since `wall` and has used `used` of the processor. Neither ever goes back.
    pub(super) fn turn(&mut self, wall: Duration, used: Duration) -> Turn {
        let windows = count(wall.saturating_sub(self.window), WINDOW);
        if windows > 0 {
            self.window += WINDOW * windows;
            let most = used + self.budget;
            self.paid = (self.paid + self.budget * windows).min(most);
        }
        match self.paid.checked_sub(used) {
            Some(left) if !left.is_zero() => Turn::Run(left),
            _ => {
                // As many windows as it takes to have something left, of which the present one is the first.
                let missing = count(used.saturating_sub(self.paid), self.budget).saturating_add(1);
                Turn::Wait((self.window + WINDOW * missing).saturating_sub(wall))
            }
        }
    }
}

/// How often one time fits into another.
fn count(time: Duration, into: Duration) -> u32 {
    u32::try_from(time.as_nanos() / into.as_nanos().max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_window_is_worth_its_share() {
        let mut share = Share::new(250);
        assert_eq!(share.turn(ms(0), ms(0)), Turn::Run(ms(25)));
        assert_eq!(share.turn(ms(20), ms(20)), Turn::Run(ms(5)));
        assert_eq!(share.turn(ms(25), ms(25)), Turn::Wait(ms(75)));
        assert_eq!(share.turn(ms(99), ms(25)), Turn::Wait(ms(1)));
        assert_eq!(share.turn(ms(100), ms(25)), Turn::Run(ms(25)));
    }

    #[test]
    fn what_was_not_used_is_gone_and_what_was_too_much_is_paid_back() {
        let mut share = Share::new(100);
        assert_eq!(share.turn(ms(10_000), ms(1)), Turn::Run(ms(10)), "one window's worth, not a hundred");
        // It has 11 in all, and took 45: four more windows leave something.
        assert_eq!(share.turn(ms(10_045), ms(45)), Turn::Wait(ms(355)));
        assert_eq!(share.turn(ms(10_399), ms(45)), Turn::Wait(ms(1)));
        assert_eq!(share.turn(ms(10_400), ms(45)), Turn::Run(ms(6)));
        // Exactly what it had: the next window is a new one.
        assert_eq!(share.turn(ms(10_410), ms(51)), Turn::Wait(ms(90)));
    }

    #[test]
    fn the_smallest_share_is_worth_something_and_a_core_is_worth_all() {
        assert_eq!(Share::new(1).turn(ms(0), ms(0)), Turn::Run(Duration::from_micros(100)));
        assert_eq!(Share::new(0).turn(ms(0), ms(0)), Turn::Run(Duration::from_micros(100)));
        for much in [1_000, 4_000, u64::MAX] {
            assert_eq!(Share::new(much).turn(ms(0), ms(0)), Turn::Run(ms(100)));
        }
        let _ =
            Share::new(1).turn(Duration::from_secs(u64::from(u32::MAX) * 3), Duration::from_secs(1 << 40));
    }

    /// A guest that takes all that it can, looked at late each time, has its share in the long run.
    #[test]
    fn a_greedy_guest_gets_its_share() {
        for thousandths in [1, 10, 100, 250, 500, 900, 999] {
            for late in [ms(0), Duration::from_micros(700), ms(10), ms(180)] {
                let (mut share, mut wall, mut used) = (Share::new(thousandths), ms(0), ms(0));
                while wall < ms(4_000_000) {
                    match share.turn(wall, used) {
                        Turn::Run(left) => {
                            (wall, used) = (wall + left + late, used + left + late);
                        }
                        Turn::Wait(time) => wall += time,
                    }
                }
                let fair = wall.as_secs_f64() * thousandths as f64 / 1000.0;
                let off = used.as_secs_f64() / fair;
                // A guest that is looked at late spends some of its own time waiting for a window.
                assert!((0.97..1.01).contains(&off), "{thousandths}, {late:?}: {off}");
            }
        }
    }
}
