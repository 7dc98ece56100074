//! The clock that makes guests yield.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use wasmtime::EngineWeak;

/// How often a guest is asked to yield. A guest is stopped within this plus its largest bulk memory operation.
const TICK: Duration = Duration::from_millis(10);

/// Advances an engine's epoch while guests run. An idle host has no thread that wakes up.
#[derive(Debug)]
pub(crate) struct Ticker {
    shared: Arc<Shared>,
    engine: EngineWeakHandle,
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
    closed: bool,
}

/// [`EngineWeak`] has no `Debug`.
struct EngineWeakHandle(EngineWeak);

impl std::fmt::Debug for EngineWeakHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EngineWeak")
    }
}

/// The epoch advances for as long as this is there.
#[derive(Debug)]
pub(crate) struct Ticking(Arc<Shared>);

impl Ticker {
    pub(crate) fn new(engine: &wasmtime::Engine) -> Ticker {
        Ticker { shared: Arc::default(), engine: EngineWeakHandle(engine.weak()) }
    }

    /// Starts the clock for one more guest.
    ///
    /// # Errors
    /// The system gives no thread. Without one no guest could be stopped.
    pub(crate) fn start(&self) -> std::io::Result<Ticking> {
        let mut state = self.shared.lock();
        if !state.has_thread {
            let (shared, engine) = (self.shared.clone(), self.engine.0.clone());
            thread::Builder::new().name("dayfly-ticker".to_owned()).spawn(move || tick(&shared, &engine))?;
            state.has_thread = true;
        }
        state.guests += 1;
        self.shared.changed.notify_one();
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

fn tick(shared: &Shared, engine: &EngineWeak) {
    loop {
        let mut state = shared.lock();
        while state.guests == 0 && !state.closed {
            state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        // A guest that still runs when its executor is dropped needs the clock to be stopped by.
        if state.closed && state.guests == 0 {
            return;
        }
        drop(state);
        thread::sleep(TICK);
        let Some(engine) = engine.upgrade() else { return };
        engine.increment_epoch();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thread_ends_with_its_ticker_and_not_before_its_guests() {
        let engine = wasmtime::Engine::default();
        let ticker = Ticker::new(&engine);
        let ticking = ticker.start().unwrap();
        let shared = Arc::downgrade(&ticker.shared);
        drop(ticker);
        thread::sleep(TICK * 5);
        assert!(shared.upgrade().is_some());
        drop(ticking);
        while shared.upgrade().is_some() {
            thread::sleep(TICK);
        }
    }
}
