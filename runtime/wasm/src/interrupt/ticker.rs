//! A clock that ticks while guests run. An idle host has no thread that wakes up.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// When the clock ticks for the first time.
const FIRST: Duration = Duration::from_millis(10);

/// Does something at every tick while guests run.
#[derive(Debug)]
pub(crate) struct Ticker {
    shared: Arc<Shared>,
    tick: Tick,
}

/// What is done at a tick; it says when the next one is.
#[derive(Clone)]
struct Tick(Arc<dyn Fn() -> Duration + Send + Sync>);

impl std::fmt::Debug for Tick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tick")
    }
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    guests: usize,
    has_thread: bool,
    /// The thread waits for a guest. Waking it up otherwise would cost each guest a system call.
    idle: bool,
    closed: bool,
}

/// The clock ticks for as long as this is there.
#[derive(Debug)]
pub(crate) struct Ticking(Arc<Shared>);

impl Ticker {
    pub(crate) fn new(tick: impl Fn() -> Duration + Send + Sync + 'static) -> Ticker {
        Ticker { shared: Arc::default(), tick: Tick(Arc::new(tick)) }
    }

    /// Starts the clock for one more guest.
    ///
    /// # Errors
    /// The system gives no thread. Without one no guest could be stopped.
    pub(crate) fn start(&self) -> std::io::Result<Ticking> {
        let mut state = self.shared.lock();
        if !state.has_thread {
            let (shared, clock) = (self.shared.clone(), self.tick.clone());
            thread::Builder::new().name("dayfly-ticker".to_owned()).spawn(move || tick(&shared, &clock))?;
            state.has_thread = true;
        }
        state.guests += 1;
        if state.idle {
            self.shared.changed.notify_one();
        }
        Ok(Ticking(self.shared.clone()))
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.0.lock().guests -= 1;
    }
}

impl Shared {
    /// The numbers are right whatever panicked while it held the lock.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tick(shared: &Shared, tick: &Tick) {
    let mut next = FIRST;
    loop {
        let mut state = shared.lock();
        while state.guests == 0 && !state.closed {
            state.idle = true;
            state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.idle = false;
        // A guest that still runs when its executor is dropped needs the clock to be stopped by.
        if state.closed && state.guests == 0 {
            return;
        }
        drop(state);
        thread::sleep(next);
        next = (tick.0)();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thread_ends_with_its_ticker_and_not_before_its_guests() {
        let ticker = Ticker::new(|| FIRST);
        let ticking = ticker.start().unwrap();
        let shared = Arc::downgrade(&ticker.shared);
        drop(ticker);
        thread::sleep(FIRST * 5);
        assert!(shared.upgrade().is_some());
        drop(ticking);
        while shared.upgrade().is_some() {
            thread::sleep(FIRST);
        }
    }
}
