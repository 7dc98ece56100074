//! The guests that are watched over.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use wasmtime::{EngineWeak, Module};

use super::code;
use super::handler::{Place, Target, Thread};
use super::trap::Trap;
use crate::ending::Stopped;

/// How often it is looked whether a guest is to end. It is stopped within this plus its largest bulk memory operation.
const TICK: Duration = Duration::from_millis(10);
/// When it is looked again for guests that are to end and have not ended: a signal that comes while a guest is in a call
/// of the host is for nothing.
const INSIST: Duration = Duration::from_millis(1);
/// How many signals in vain there are before the guest's code is closed.
const POLITE: u32 = 5;

/// A guest on its thread.
pub(super) struct Guest {
    thread: Thread,
    modules: Vec<Module>,
    deadline: Option<Instant>,
    cancel: CancellationToken,
    stopped: OnceLock<Stopped>,
    /// Whether its thread is in it, or in what it called, rather than waiting for something.
    pub(super) computing: AtomicBool,
    /// Signals that were sent.
    sent: AtomicU32,
    /// What the signal's handler knows.
    pub(super) target: Arc<Target>,
    /// Set when the guest is to end.
    pub(super) flag: Arc<AtomicBool>,
}

impl Guest {
    /// The guest on the current thread.
    pub(super) fn new(modules: Vec<Module>, deadline: Option<Instant>, cancel: CancellationToken) -> Guest {
        Guest {
            thread: Thread::current(),
            deadline,
            cancel,
            stopped: OnceLock::new(),
            computing: AtomicBool::new(false),
            sent: AtomicU32::new(0),
            target: Arc::new(Target::of(&modules)),
            modules,
            flag: Arc::default(),
        }
    }

    /// Why it is to end, if it was told to.
    pub(super) fn stopped(&self) -> Option<Stopped> {
        self.stopped.get().copied()
    }

    /// Sends a signal. True if signals seem to be of no use.
    fn interrupt(&self, trap: &Trap) -> bool {
        self.target.interrupt(|| Place::of(&self.modules, trap.address()));
        self.thread.signal();
        self.sent.fetch_add(1, Ordering::Relaxed) >= POLITE
    }

    /// Why it is to end by now.
    fn reason(&self, now: Instant) -> Option<Stopped> {
        if self.stopped.get().is_some() {
            return self.stopped();
        }
        if self.cancel.is_cancelled() {
            return Some(Stopped::Cancelled);
        }
        self.deadline.is_some_and(|deadline| now >= deadline).then_some(Stopped::TimedOut)
    }
}

impl std::fmt::Debug for Guest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guest").field("stopped", &self.stopped).finish_non_exhaustive()
    }
}

/// All guests of an engine that run.
pub(super) struct Guests {
    running: Mutex<Vec<Arc<Guest>>>,
    engine: EngineWeak,
    trap: OnceLock<Trap>,
}

impl Guests {
    pub(super) fn new(engine: EngineWeak) -> Guests {
        Guests { running: Mutex::default(), engine, trap: OnceLock::new() }
    }

    pub(super) fn add(&self, guest: Arc<Guest>) {
        self.lock().push(guest);
    }

    pub(super) fn remove(&self, guest: &Arc<Guest>) {
        self.lock().retain(|other| !Arc::ptr_eq(other, guest));
    }

    /// Interrupts those that are to end; says when to look again.
    pub(super) fn look(&self) -> Duration {
        let now = Instant::now();
        let (mut next, mut stubborn) = (TICK, None);
        // Held while signals are sent: a guest's thread can't end meanwhile.
        for guest in self.lock().iter() {
            let Some(reason) = guest.reason(now) else { continue };
            let _ = guest.stopped.set(reason);
            guest.flag.store(true, Ordering::Relaxed);
            next = INSIST;
            // One that waits is stopped by who polls it.
            if guest.computing.load(Ordering::Acquire)
                && let Some(trap) = self.trap()
                && guest.interrupt(trap)
                && stubborn.is_none()
            {
                stubborn = Some(guest.clone());
            }
        }
        // One at a time: others may run the same code.
        if let Some(guest) = stubborn {
            code::close_for_a_moment(&guest.modules, &guest.target);
        }
        next
    }

    /// Made when the first guest has to be interrupted: most never are.
    fn trap(&self) -> Option<&Trap> {
        if self.trap.get().is_none() {
            // One that can't be had now may be had at the next tick.
            let trap = Trap::new(&self.engine.upgrade()?)?;
            let _ = self.trap.set(trap);
        }
        self.trap.get()
    }

    /// The list is right whatever panicked while it was locked.
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Guest>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Guests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guests").finish_non_exhaustive()
    }
}
