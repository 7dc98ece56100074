//! The engines of functions: those with a pool, and those for what no pool takes.

use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use dayfly_core::{Ending, Machine};
use dayfly_host_api::slots::Slots;
use wasmtime::Engine;

use super::reused::Kept;
use crate::engine::{EngineProfile, pool};
use crate::engines::{Engines as All, Shared};
use crate::executor::BuildError;
use crate::interrupt::ticker::Ticker;

/// How often a guest is asked to yield.
const TICK: Duration = Duration::from_millis(1);
/// The fewest slots with which it is worth to have a pool.
const FEWEST: u32 = 4;

/// Engines for functions. Each is made when the first function comes that needs it.
#[derive(Default)]
pub(crate) struct Engines([OnceLock<Result<Arc<Served>, String>>; 4]);

/// What the functions of one engine share.
pub(crate) struct Served {
    pub(crate) shared: Arc<Shared>,
    /// Has guests yield that compute, for as long as there are any guests.
    pub(super) ticker: Ticker,
    pub(super) slots: Slots,
    /// Instances that answer several requests, and hold slots while they wait for some.
    pub(super) kept: Kept,
    /// How long one of them waits for its next request.
    pub(super) idle: Duration,
}

/// As above, where nobody says otherwise.
const IDLE: Duration = Duration::from_secs(10);

impl Engines {
    /// The engine for functions that have tasks or not, and that are too large for a pool or not.
    ///
    /// # Errors
    /// How the function ends: there can be no such engine.
    pub(super) fn served(&self, all: &All, concurrent: bool, large: bool) -> Result<Arc<Served>, Ending> {
        let made = &self.0[usize::from(concurrent) * 2 + usize::from(large)];
        let make = || Served::new(all, concurrent, large).map(Arc::new).map_err(|error| error.to_string());
        made.get_or_init(make).clone().map_err(Ending::Unavailable)
    }
}

impl Engines {
    /// Has a thread of its own make the engine that most functions need. Functions that come meanwhile wait for it.
    pub(crate) fn make_soon(all: &Arc<All>) {
        // Those that have tasks need another one, and they are what is allowed.
        if all.builder.wasi03 {
            return;
        }
        let engines = all.clone();
        let make = move || drop(engines.functions.served(&engines, false, false));
        // Without a thread it is made when it is needed, and who needs it is told what is wrong.
        let _ = thread::Builder::new().name("dayfly-pool".to_owned()).spawn(make);
    }

    /// The engine for functions that are not too large for a pool: whether one is, its code says.
    ///
    /// # Errors
    /// As [`Engines::served`].
    pub(crate) fn shared(&self, all: &All, concurrent: bool) -> Result<Arc<Shared>, Ending> {
        Ok(self.served(all, concurrent, false)?.shared.clone())
    }
}

impl Served {
    fn new(all: &All, concurrent: bool, large: bool) -> Result<Served, BuildError> {
        let profile = EngineProfile::of_function(concurrent, large);
        let slots = all.builder.slots.unwrap_or_else(|| pool::slots(Machine::this().memory()));
        let (engine, slots) = match large {
            true => (profile.engine().map_err(BuildError)?, slots),
            false => pooled(profile, slots, !all.builder.scans_no_pages)?,
        };
        let shared = Arc::new(Shared::on(&all.builder, profile, engine));
        let engine = shared.engine.weak();
        let ticker = Ticker::new(move || {
            if let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
            }
            TICK
        });
        let idle = all.builder.idle.unwrap_or(IDLE);
        Ok(Served { shared, ticker, slots: requests(slots as usize), kept: Kept::default(), idle })
    }
}

/// So many slots, in front of which twice as many requests may wait.
pub(super) fn requests(slots: usize) -> Slots {
    Slots::new(slots, slots.saturating_mul(2))
}

/// An engine with a pool of so many slots, or of fewer where the machine has no address space for them.
fn pooled(profile: EngineProfile, mut slots: u32, scans_pages: bool) -> Result<(Engine, u32), BuildError> {
    loop {
        match profile.pooled(slots, scans_pages) {
            Ok(engine) => return Ok((engine, slots)),
            Err(error) if slots / 2 < FEWEST => return Err(BuildError(error)),
            Err(error) => {
                tracing::warn!(
                    slots,
                    error = format!("{error:#}"),
                    "there is no room for a pool of this size"
                );
                slots /= 2;
            }
        }
    }
}
