//! The guests that are watched over.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use dayfly_host_api::Gate;
use futures_util::task::AtomicWaker;
use tokio_util::sync::CancellationToken;
use wasmtime::EngineWeak;

use super::code;
use super::target::{Place, Target};
use super::thread::Thread;
use super::trap::Trap;
use crate::ending::Stopped;
use crate::interrupt::Bounds;
use crate::interrupt::meter::{Meter, Reading};
use crate::native::Native;

/// How often it is looked whether a guest is to end. It is stopped within this plus its largest bulk memory operation.
const TICK: Duration = Duration::from_millis(10);
/// When it is looked again for guests that are to end or to wait and don't yet: a signal that comes while a guest is in a
/// call of the host is for nothing.
const INSIST: Duration = Duration::from_millis(1);
/// How many signals in vain there are before the guest's code is closed.
const POLITE: u32 = 5;
/// The soonest that it is looked again: who looks is not to be busy with that.
const SOONEST: Duration = Duration::from_micros(500);

/// A guest on its thread.
pub(super) struct Guest {
    thread: Thread,
    code: Vec<Native>,
    deadline: Option<Instant>,
    cancel: CancellationToken,
    meter: Option<Mutex<Meter>>,
    /// What its thread's clock showed when it was looked at last, in nanoseconds.
    seen: AtomicU64,
    stopped: OnceLock<Stopped>,
    /// Whoever polls it while it waits, if there is something that only who watches can know.
    waker: AtomicWaker,
    /// Whether its thread is in it, or in what it called, rather than waiting for something.
    pub(super) computing: AtomicBool,
    /// Signals that were sent since it was last seen to do as it should.
    sent: AtomicU32,
    /// What the signal's handler knows.
    pub(super) target: Arc<Target>,
    /// Paused when the guest is to wait, closed when it is to end.
    pub(super) gate: Arc<Gate>,
}

/// What is to be done about a guest.
enum Need {
    /// Nothing, until this time is over.
    Nothing(Duration),
    /// It is to wait, and doesn't; to be looked at again after this time.
    Hold(Duration),
    /// It is to end.
    End(Stopped),
}

impl Guest {
    /// The guest on the current thread.
    pub(super) fn new(code: Vec<Native>, bounds: &Bounds<'_>) -> Guest {
        let (thread, gate) = (Thread::current(), Arc::<Gate>::default());
        Guest {
            thread,
            deadline: bounds.timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
            cancel: bounds.cancel.clone(),
            meter: Meter::new(bounds, || thread.cpu_time()).map(Mutex::new),
            seen: AtomicU64::new(0),
            stopped: OnceLock::new(),
            waker: AtomicWaker::new(),
            computing: AtomicBool::new(false),
            sent: AtomicU32::new(0),
            target: Arc::new(Target::new(&code, gate.clone())),
            code,
            gate,
        }
    }

    /// Why it is to end, if it was told to.
    pub(super) fn stopped(&self) -> Option<Stopped> {
        self.stopped.get().copied()
    }

    /// Ready when it is to end because its processor time is used up. Deadlines and being cancelled are told otherwise.
    pub(super) fn poll_spent(&self, cx: &mut Context<'_>) -> Poll<Stopped> {
        if self.meter.is_none() {
            return Poll::Pending;
        }
        self.waker.register(cx.waker());
        self.stopped().map_or(Poll::Pending, Poll::Ready)
    }

    /// Sends a signal. True if signals seem to be of no use.
    fn interrupt(&self, trap: &Trap) -> bool {
        self.target.interrupt(|| Place::of(&self.code, trap.address()));
        self.thread.signal();
        self.sent.fetch_add(1, Ordering::Relaxed) >= POLITE
    }

    /// What is to be done about it now. Its gate is opened and paused here.
    fn need(&self, now: Instant) -> Need {
        if let Some(stopped) = self.stopped() {
            return Need::End(stopped);
        }
        if self.cancel.is_cancelled() {
            return Need::End(Stopped::Cancelled);
        }
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            return Need::End(Stopped::TimedOut);
        }
        let Some(meter) = &self.meter else { return Need::Nothing(TICK) };
        let clock = self.thread.cpu_time();
        let seen = u64::try_from(clock.as_nanos()).unwrap_or(u64::MAX);
        let runs = self.seen.swap(seen, Ordering::Relaxed) != seen;
        // The numbers are right whatever panicked while it was locked.
        match meter.lock().unwrap_or_else(PoisonError::into_inner).read(now, clock) {
            Reading::Spent => Need::End(Stopped::Spent),
            Reading::Run(left) => {
                self.gate.open();
                self.sent.store(0, Ordering::Relaxed);
                Need::Nothing(left.clamp(SOONEST, TICK))
            }
            Reading::Wait(time) => {
                self.gate.pause();
                // One that waits for something uses nothing. When it goes on, it comes by the gate or is seen to run.
                if self.gate.is_waited_at() || !self.computing.load(Ordering::Acquire) || !runs {
                    self.sent.store(0, Ordering::Relaxed);
                    return Need::Nothing(time.clamp(SOONEST, TICK));
                }
                Need::Hold(time.clamp(SOONEST, INSIST))
            }
        }
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

    /// Interrupts those that are to end or to wait, and lets those go on that have waited; says when to look again.
    pub(super) fn look(&self) -> Duration {
        let now = Instant::now();
        let (mut next, mut stubborn) = (TICK, None);
        // Held while signals are sent: a guest's thread can't end meanwhile.
        for guest in self.lock().iter() {
            match guest.need(now) {
                Need::Nothing(time) => {
                    next = next.min(time);
                    continue;
                }
                Need::Hold(time) => next = next.min(time),
                Need::End(reason) => {
                    let _ = guest.stopped.set(reason);
                    guest.gate.close();
                    guest.waker.wake();
                    next = next.min(INSIST);
                }
            }
            // One that waits is stopped by who polls it.
            if guest.computing.load(Ordering::Acquire)
                && let Some(trap) = self.trap()
                && guest.interrupt(trap)
            {
                // Who is to end goes before who is to wait.
                let first = stubborn.get_or_insert_with(|| guest.clone());
                if guest.gate.is_closed() && !first.gate.is_closed() {
                    *first = guest.clone();
                }
            }
        }
        // One at a time: others may run the same code.
        if let Some(guest) = stubborn {
            let time = if guest.gate.is_closed() { code::CLOSED_FOR_GOOD } else { code::CLOSED_TO_PAUSE };
            code::close_for_a_moment(&guest.code, &guest.target, time);
            if !guest.gate.is_closed() {
                guest.sent.store(0, Ordering::Relaxed);
            }
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
