//! Interrupting by a signal to the guest's thread.
//!
//! 1. The thread that watches sends a signal (`guests`). Its handler, on the guest's thread, looks at where that thread is
//!    (`handler`); within the guest's own code (`target`) it holds the guest for as long as it is to wait, and sends one
//!    that is to end on to an instruction that traps (`trap`).
//! 2. A guest that does nothing but large operations on its memory is hardly ever in its own code: these operations are
//!    the host's. So after some signals in vain its code is closed (`code`): the thread faults at the very moment at which
//!    it comes back, and goes on one instruction at a time until it is where it can be sent to the trap.

mod code;
mod guests;
mod handler;
mod target;
mod thread;
mod trap;

use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use dayfly_host_api::Gate;
use wasmtime::{Config, Engine, Store};

use super::Bounds;
use super::ticker::{Ticker, Ticking};
use crate::ending::Stopped;
use crate::native::Native;
use guests::{Guest, Guests};

/// Watches over the guests of an engine.
#[derive(Debug)]
pub(crate) struct Interrupter {
    ticker: Ticker,
    guests: Arc<Guests>,
}

/// The guest on this thread is watched over for as long as this is there.
#[derive(Debug)]
pub(crate) struct Watch {
    guests: Arc<Guests>,
    guest: Arc<Guest>,
    _ticking: Ticking,
    /// It is about one thread, and ends on it.
    _thread: PhantomData<*const ()>,
}

impl Interrupter {
    /// What code needs to be interrupted: nothing.
    pub(crate) fn configure(_: &mut Config) {}

    pub(crate) fn new(engine: &Engine) -> Interrupter {
        let guests = Arc::new(Guests::new(engine.weak()));
        let watched = guests.clone();
        Interrupter { ticker: Ticker::new(move || watched.look()), guests }
    }

    /// Lets the guest of a store run that nobody watches over.
    #[cfg(feature = "testing")]
    pub(crate) fn leave_alone<T>(_: &mut Store<T>) {}

    /// Watches over the guest of a store on this thread, which runs this code, and keeps it within its bounds.
    ///
    /// # Errors
    /// The system gives no thread to watch on, or no handler for the signal.
    pub(crate) fn watch<'a, T>(
        &self,
        store: &mut Store<T>,
        code: impl Iterator<Item = &'a Native>,
        bounds: &Bounds<'_>,
    ) -> io::Result<Watch> {
        handler::install()?;
        let guest = Arc::new(Guest::new(code.cloned().collect(), bounds));
        handler::on_faults(store, guest.target.clone());
        let ticking = self.ticker.start()?;
        handler::enter(&guest.target);
        self.guests.add(guest.clone());
        Ok(Watch { guests: self.guests.clone(), guest, _ticking: ticking, _thread: PhantomData })
    }
}

impl Watch {
    /// What the guest passes when it calls the host.
    pub(crate) fn gate(&self) -> Arc<Gate> {
        self.guest.gate.clone()
    }

    /// Does some work of the guest's. It is interrupted in here alone.
    pub(crate) fn during<R>(&self, work: impl FnOnce() -> R) -> R {
        self.guest.computing.store(true, Ordering::Release);
        let done = work();
        self.guest.computing.store(false, Ordering::Release);
        done
    }

    /// Ready when the guest is to end because its processor time is used up, also while it waits.
    pub(crate) fn poll_spent(&self, cx: &mut Context<'_>) -> Poll<Stopped> {
        self.guest.poll_spent(cx)
    }

    /// Why the guest was interrupted, if it was.
    pub(crate) fn stopped(&self) -> Option<Stopped> {
        self.guest.stopped()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // In this order: who is not in the list gets no signal, so that none comes to a thread that is gone.
        self.guests.remove(&self.guest);
        handler::leave();
    }
}
