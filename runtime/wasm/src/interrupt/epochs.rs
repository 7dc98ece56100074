//! Interrupting by checks in the code.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wasmtime::{Config, Engine, Module, Store, UpdateDeadline};

use super::ticker::{Ticker, Ticking};
use crate::ending::Stopped;

/// How often a guest is asked to yield. A guest is stopped within this plus its largest bulk memory operation.
const TICK: Duration = Duration::from_millis(10);

/// Makes the guests of an engine yield.
#[derive(Debug)]
pub(crate) struct Interrupter {
    ticker: Ticker,
}

/// The guest yields for as long as this is there.
#[derive(Debug)]
pub(crate) struct Watch {
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

    /// Watches over the guest of a store on this thread: it yields, and so is stopped by who polls it.
    ///
    /// # Errors
    /// The system gives no thread to watch on.
    pub(crate) fn watch<'a, T>(
        &self,
        store: &mut Store<T>,
        _: impl Iterator<Item = &'a Module>,
        _: Option<Duration>,
        _: &CancellationToken,
    ) -> io::Result<Watch> {
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Yield(1)));
        Ok(Watch { _ticking: self.ticker.start()? })
    }
}

impl Watch {
    /// Set when the guest is to end.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        Arc::default()
    }

    /// Does some work of the guest's.
    #[allow(clippy::unused_self, reason = "the other manner has to know")]
    pub(crate) fn during<R>(&self, work: impl FnOnce() -> R) -> R {
        work()
    }

    /// Why the guest was interrupted; nothing here does.
    pub(crate) fn stopped(&self) -> Option<Stopped> {
        None
    }
}
