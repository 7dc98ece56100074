//! Clocks: `clock_*`.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_getres};

use super::{Context, Errno, Memory};
use crate::thread_cpu_time;

/// The clocks that a guest can ask.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Clock {
    Realtime,
    Monotonic,
    ProcessCpu,
    ThreadCpu,
}

impl Clock {
    pub(super) fn of(id: u32) -> Result<Clock, Errno> {
        match id {
            0 => Ok(Clock::Realtime),
            1 => Ok(Clock::Monotonic),
            2 => Ok(Clock::ProcessCpu),
            3 => Ok(Clock::ThreadCpu),
            _ => Err(Errno::INVAL),
        }
    }
}

/// Where a guest's clocks began: it can't tell how long the host runs, nor what else the host's thread did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clocks {
    start: Instant,
    cpu_start: Option<Duration>,
}

impl Default for Clocks {
    fn default() -> Clocks {
        Clocks { start: Instant::now(), cpu_start: None }
    }
}

impl Clocks {
    /// A clock's time in nanoseconds.
    pub(super) fn now(&mut self, clock: Clock) -> Result<u64, Errno> {
        let time = match clock {
            Clock::Realtime => SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| Errno::OVERFLOW)?,
            Clock::Monotonic => self.start.elapsed(),
            // A guest is one thread. Its clock begins when it first asks, as that is where it can measure from.
            Clock::ProcessCpu | Clock::ThreadCpu => {
                let now = thread_cpu_time();
                now.saturating_sub(*self.cpu_start.get_or_insert(now))
            }
        };
        u64::try_from(time.as_nanos()).map_err(|_| Errno::OVERFLOW)
    }

    /// When the monotonic clock shows `nanoseconds`; none if that is too far away to be told.
    pub(super) fn instant(&self, nanoseconds: u64) -> Option<Instant> {
        self.start.checked_add(Duration::from_nanos(nanoseconds))
    }
}

/// `clock_res_get`
pub fn clock_res_get(
    _: &mut Context,
    memory: &mut Memory<'_>,
    id: u32,
    resolution: u32,
) -> Result<(), Errno> {
    let clock = match Clock::of(id)? {
        Clock::Realtime => ClockId::Realtime,
        Clock::Monotonic => ClockId::Monotonic,
        Clock::ProcessCpu | Clock::ThreadCpu => ClockId::ThreadCPUTime,
    };
    memory.write_u64(resolution, u64::try_from(clock_getres(clock).tv_nsec).unwrap_or(1).max(1))
}

/// `clock_time_get`
pub fn clock_time_get(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    id: u32,
    _precision: u64,
    time: u32,
) -> Result<(), Errno> {
    let now = cx.clocks.now(Clock::of(id)?)?;
    memory.write_u64(time, now)
}
