//! The gate between a guest and its host.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

const OPEN: u32 = 0;
const PAUSED: u32 = 1;
const CLOSED: u32 = 2;

/// What every host function passes on entry. Whoever watches over the guest opens it, pauses the guest at it, or closes
/// it for ever.
///
/// A guest that is paused waits on its own thread, without using any of the processor.
#[derive(Debug, Default)]
pub struct Gate {
    state: AtomicU32,
    /// The guest's thread is at the gate, which is paused.
    waited_at: AtomicBool,
    /// Somebody came when it was closed.
    turned_away: AtomicBool,
}

/// The gate is closed: the guest is to end.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the guest is to end")]
pub struct Closed;

impl Gate {
    /// An open gate.
    pub const fn new() -> Gate {
        Gate {
            state: AtomicU32::new(OPEN),
            waited_at: AtomicBool::new(false),
            turned_away: AtomicBool::new(false),
        }
    }

    /// Goes through, and waits for that while the gate is paused.
    ///
    /// # Errors
    /// It is closed.
    pub fn pass(&self) -> Result<(), Closed> {
        match self.state.load(Ordering::Acquire) {
            OPEN => Ok(()),
            _ => self.wait(),
        }
    }

    /// The same, where a signal's handler may call it: nothing here allocates, takes a lock or can panic.
    ///
    /// # Errors
    /// It is closed.
    pub fn wait(&self) -> Result<(), Closed> {
        if self.state.load(Ordering::Acquire) == PAUSED {
            self.waited_at.store(true, Ordering::Release);
            while self.state.load(Ordering::Acquire) == PAUSED {
                sleep_while(&self.state, PAUSED);
            }
            self.waited_at.store(false, Ordering::Release);
        }
        if self.is_closed() {
            self.turned_away.store(true, Ordering::Release);
            return Err(Closed);
        }
        Ok(())
    }

    /// Holds the guest when it comes by, unless the gate is closed.
    pub fn pause(&self) {
        let _ = self.state.compare_exchange(OPEN, PAUSED, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Lets the guest go on, if it is paused.
    pub fn open(&self) {
        let paused = self.state.compare_exchange(PAUSED, OPEN, Ordering::AcqRel, Ordering::Acquire);
        if paused.is_ok() {
            wake(&self.state);
        }
    }

    /// Lets the guest through no more, whether it is paused or not.
    pub fn close(&self) {
        if self.state.swap(CLOSED, Ordering::AcqRel) == PAUSED {
            wake(&self.state);
        }
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) == CLOSED
    }

    /// Whether somebody was told that it is closed: what the guest does after that is not of its own accord.
    pub fn has_turned_away(&self) -> bool {
        self.turned_away.load(Ordering::Acquire)
    }

    /// Whether the guest's thread is held by it.
    pub fn is_waited_at(&self) -> bool {
        self.waited_at.load(Ordering::Acquire)
    }
}

/// Sleeps until the state is another one, or for no reason.
#[cfg(target_os = "linux")]
fn sleep_while(state: &AtomicU32, value: u32) {
    use rustix::thread::futex::{Flags, wait};
    // Whoever called looks at the state: a wait that failed is one that ended early.
    let _ = wait(state, Flags::PRIVATE, value, None);
}

#[cfg(target_os = "linux")]
fn wake(state: &AtomicU32) {
    use rustix::thread::futex::{Flags, wake};
    // All of them: the kernel takes the count for one with a sign. It fails for addresses that are none.
    let _ = wake(state, Flags::PRIVATE, i32::MAX.cast_unsigned());
}

/// Other systems have no such thing in common.
#[cfg(not(target_os = "linux"))]
fn sleep_while(_: &AtomicU32, _: u32) {
    std::thread::sleep(std::time::Duration::from_millis(1));
}

#[cfg(not(target_os = "linux"))]
fn wake(_: &AtomicU32) {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;
    use std::time::Duration;

    use super::*;

    fn wait_until(is_so: impl Fn() -> bool) {
        while !is_so() {
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn who_comes_to_a_paused_gate_goes_on_when_it_opens_and_not_before() {
        let gate = Arc::new(Gate::default());
        gate.pause();
        let other = gate.clone();
        let thread = thread::spawn(move || other.pass());
        wait_until(|| gate.is_waited_at());
        thread::sleep(Duration::from_millis(20));
        assert!(!thread.is_finished());
        gate.open();
        assert_eq!(thread.join().unwrap(), Ok(()));
        assert!(!gate.is_waited_at());
        assert_eq!(gate.pass(), Ok(()));
    }

    #[test]
    fn who_waits_when_the_gate_is_closed_is_told_so() {
        let gate = Arc::new(Gate::default());
        gate.pause();
        let other = gate.clone();
        let thread = thread::spawn(move || other.pass());
        wait_until(|| gate.is_waited_at());
        gate.close();
        assert_eq!(thread.join().unwrap(), Err(Closed));
    }

    #[test]
    fn all_who_wait_go_on() {
        let gate = Arc::new(Gate::default());
        gate.pause();
        let at_the_gate = Arc::new(AtomicU32::new(0));
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (gate, at_the_gate) = (gate.clone(), at_the_gate.clone());
                thread::spawn(move || {
                    at_the_gate.fetch_add(1, Ordering::Relaxed);
                    gate.pass()
                })
            })
            .collect();
        wait_until(|| at_the_gate.load(Ordering::Relaxed) == 8 && gate.is_waited_at());
        thread::sleep(Duration::from_millis(20));
        gate.open();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), Ok(()));
        }
    }

    #[test]
    fn a_closed_gate_stays_closed() {
        let gate = Gate::default();
        gate.close();
        gate.open();
        gate.pause();
        assert!(gate.is_closed() && !gate.has_turned_away());
        assert_eq!(gate.pass(), Err(Closed));
        assert!(gate.has_turned_away());
    }
}
