//! Interrupting by checks in the code.

use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use dayfly_host_api::{Gate, thread_cpu_time};
use wasmtime::{Config, Engine, Error, Store, UpdateDeadline};

use super::Bounds;
use super::meter::{Meter, Reading};
use super::ticker::{Ticker, Ticking};
use crate::ending::Stopped;
use crate::native::Native;

/// How often a guest is asked to yield. A guest is stopped, or held, within this plus its largest bulk memory operation.
const TICK: Duration = Duration::from_millis(10);

/// Makes the guests of an engine yield.
#[derive(Debug)]
pub(crate) struct Interrupter {
    ticker: Ticker,
}

/// The guest yields for as long as this is there.
#[derive(Debug)]
pub(crate) struct Watch {
    stopped: Arc<OnceLock<Stopped>>,
    /// For the guest while it computes, and for who polls it.
    meter: Option<Arc<Mutex<Meter>>>,
    _ticking: Ticking,
}

impl Interrupter {
    /// What code needs to be interrupted.
    pub(crate) fn configure(config: &mut Config) {
        config.epoch_interruption(true);
    }

    pub(crate) fn new(engine: &Engine) -> Interrupter {
        let engine = engine.weak();
        let tick = move || {
            if let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
            }
            TICK
        };
        Interrupter { ticker: Ticker::new(tick) }
    }

    /// Lets the guest of a store run that nobody watches over.
    #[cfg(feature = "testing")]
    pub(crate) fn leave_alone<T>(store: &mut Store<T>) {
        store.set_epoch_deadline(u64::MAX / 2);
    }

    /// Watches over the guest of a store on this thread: it yields, and so is stopped by who polls it. One that used up its
    /// share of the processor waits where it yields.
    ///
    /// # Errors
    /// The system gives no thread to watch on.
    pub(crate) fn watch<'a, T>(
        &self,
        store: &mut Store<T>,
        _: impl Iterator<Item = &'a Native>,
        bounds: &Bounds<'_>,
    ) -> io::Result<Watch> {
        let stopped = Arc::new(OnceLock::new());
        let meter = Meter::new(bounds, thread_cpu_time).map(|meter| Arc::new(Mutex::new(meter)));
        let (tell, its_meter) = (stopped.clone(), meter.clone());
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |_| match its_meter.as_deref().map(read) {
            None | Some(Reading::Run(_)) => Ok(UpdateDeadline::Yield(1)),
            Some(Reading::Wait(time)) => {
                Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::time::sleep(time))))
            }
            Some(Reading::Spent) => {
                let _ = tell.set(Stopped::Spent);
                Err(Error::msg("the guest's processor time is used up"))
            }
        });
        Ok(Watch { stopped, meter, _ticking: self.ticker.start()? })
    }
}

/// What the guest of this thread may do now.
fn read(meter: &Mutex<Meter>) -> Reading {
    // The numbers are right whatever panicked while it was locked.
    meter.lock().unwrap_or_else(PoisonError::into_inner).read(Instant::now(), thread_cpu_time())
}

impl Watch {
    /// What the guest passes when it calls the host: nothing in this manner keeps it there.
    #[allow(clippy::unused_self, reason = "the other manner has one for each guest")]
    pub(crate) fn gate(&self) -> Arc<Gate> {
        Arc::default()
    }

    /// Does some work of the guest's.
    #[allow(clippy::unused_self, reason = "the other manner has to know")]
    pub(crate) fn during<R>(&self, work: impl FnOnce() -> R) -> R {
        work()
    }

    /// Ready when the guest is to end because its processor time is used up, although it waits now.
    pub(crate) fn poll_spent(&self, _: &mut Context<'_>) -> Poll<Stopped> {
        // It uses none while it waits: there is nobody to be woken by.
        match self.meter.as_deref().map(read) {
            Some(Reading::Spent) => Poll::Ready(Stopped::Spent),
            _ => Poll::Pending,
        }
    }

    /// Why the guest was interrupted, if it was.
    pub(crate) fn stopped(&self) -> Option<Stopped> {
        self.stopped.get().copied()
    }
}
