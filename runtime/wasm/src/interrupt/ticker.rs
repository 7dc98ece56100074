//! A clock that ticks while guests run. A host that stays idle has no thread that wakes up.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, Thread};
use std::time::Duration;

/// When the clock ticks for the first time.
const FIRST: Duration = Duration::from_millis(10);
/// How often it ticks for nobody before its thread goes to sleep. Waking it up costs who does so a system call, which
/// guests that come one after the other should not pay each.
const LINGER: u32 = 10;

/// Does something at every tick while guests run.
#[derive(Debug)]
pub(crate) struct Ticker {
    shared: Arc<Shared>,
    tick: Tick,
    /// Held while the thread is started, once.
    starting: Mutex<()>,
}

/// What is done at a tick; it says when the next one is.
#[derive(Clone)]
struct Tick(Arc<dyn Fn() -> Duration + Send + Sync>);

impl std::fmt::Debug for Tick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tick")
    }
}

/// Guests come and go many times in a millisecond, on several cores: nothing of this is behind a lock.
#[derive(Debug, Default)]
struct Shared {
    guests: AtomicUsize,
    /// The thread waits for a guest, or is about to.
    idle: AtomicBool,
    closed: AtomicBool,
    thread: OnceLock<Thread>,
}

/// The clock ticks for as long as this is there.
#[derive(Debug)]
pub(crate) struct Ticking(Arc<Shared>);

impl Ticker {
    pub(crate) fn new(tick: impl Fn() -> Duration + Send + Sync + 'static) -> Ticker {
        Ticker { shared: Arc::default(), tick: Tick(Arc::new(tick)), starting: Mutex::default() }
    }

    /// Starts the clock for one more guest.
    ///
    /// # Errors
    /// The system gives no thread. Without one no guest could be stopped.
    pub(crate) fn start(&self) -> io::Result<Ticking> {
        let thread = match self.shared.thread.get() {
            Some(thread) => thread,
            None => self.thread()?,
        };
        // In one order with what the thread does before it sleeps: either it sees this guest, or this sees it idle.
        self.shared.guests.fetch_add(1, Ordering::SeqCst);
        if self.shared.idle.load(Ordering::SeqCst) {
            thread.unpark();
        }
        Ok(Ticking(self.shared.clone()))
    }

    /// Starts the thread, unless somebody else did.
    fn thread(&self) -> io::Result<&Thread> {
        let _alone = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = self.shared.thread.get() {
            return Ok(thread);
        }
        let (shared, tick) = (self.shared.clone(), self.tick.clone());
        let started =
            thread::Builder::new().name("dayfly-ticker".to_owned()).spawn(move || shared.run(&tick))?;
        Ok(self.shared.thread.get_or_init(|| started.thread().clone()))
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        if let Some(thread) = self.shared.thread.get() {
            thread.unpark();
        }
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.0.guests.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Shared {
    fn run(&self, tick: &Tick) {
        let (mut next, mut lingered) = (FIRST, 0);
        loop {
            lingered = if self.is_idle() { lingered + 1 } else { 0 };
            if lingered > LINGER || self.closed.load(Ordering::SeqCst) {
                lingered = 0;
                self.idle.store(true, Ordering::SeqCst);
                while self.is_idle() {
                    // A guest that still runs when its executor is dropped needs the clock to be stopped by.
                    if self.closed.load(Ordering::SeqCst) {
                        return;
                    }
                    thread::park();
                }
                self.idle.store(false, Ordering::SeqCst);
            }
            thread::sleep(next);
            next = (tick.0)();
        }
    }

    fn is_idle(&self) -> bool {
        self.guests.load(Ordering::SeqCst) == 0
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
