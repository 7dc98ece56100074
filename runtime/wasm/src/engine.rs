//! The engine's configuration.

#[cfg(feature = "components")]
pub(crate) mod pool;

use wasmtime::{Config, Engine};

use crate::interrupt::Interrupter;

/// One configuration of wasmtime, fixed when code is compiled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum EngineProfile {
    /// Programs that run to their end: memory is allocated on demand.
    Batch,
    /// The same, with a count of how far each program comes. That makes its code slower.
    Fuelled,
    /// Programs that run to their end, of tasks that wait for each other: WASI 0.3. Having tasks costs every call.
    #[cfg(feature = "wasi03")]
    Batch03,
    /// The same, with a count of how far each program comes.
    #[cfg(feature = "wasi03")]
    Fuelled03,
    /// Programs that answer one request each: instances come out of a pool, and programs that compute yield to others of
    /// their thread.
    #[cfg(feature = "components")]
    Http02,
    /// The same for programs that are too large for the pool: memory is allocated on demand.
    #[cfg(feature = "components")]
    Http02Large,
    /// As `Http02`, for programs of tasks.
    #[cfg(feature = "wasi03")]
    Http03,
    /// As `Http02Large`, for programs of tasks.
    #[cfg(feature = "wasi03")]
    Http03Large,
}

/// The native stack of a guest's own code, in bytes.
const GUEST_STACK: usize = 1 << 20;
/// The native stack of a guest with the host functions that it calls, in bytes.
const FIBER_STACK: usize = GUEST_STACK + (1 << 20);
/// The same for guests that answer requests: there are many at a time, and what they don't touch costs nothing.
const SMALL_GUEST_STACK: usize = 512 << 10;
/// The same with the host functions that they call.
const SMALL_FIBER_STACK: usize = SMALL_GUEST_STACK + (512 << 10);

impl EngineProfile {
    /// All of them. The first one is what most programs need.
    pub(crate) const ALL: &[EngineProfile] = &[
        EngineProfile::Batch,
        EngineProfile::Fuelled,
        #[cfg(feature = "wasi03")]
        EngineProfile::Batch03,
        #[cfg(feature = "wasi03")]
        EngineProfile::Fuelled03,
        #[cfg(feature = "components")]
        EngineProfile::Http02,
        #[cfg(feature = "components")]
        EngineProfile::Http02Large,
        #[cfg(feature = "wasi03")]
        EngineProfile::Http03,
        #[cfg(feature = "wasi03")]
        EngineProfile::Http03Large,
    ];

    /// The profile for programs that have tasks or not, and whose fuel is counted or not.
    pub(crate) fn of(concurrent: bool, fuelled: bool) -> EngineProfile {
        match (concurrent, fuelled) {
            #[cfg(feature = "wasi03")]
            (true, false) => EngineProfile::Batch03,
            #[cfg(feature = "wasi03")]
            (true, true) => EngineProfile::Fuelled03,
            (_, false) => EngineProfile::Batch,
            (_, true) => EngineProfile::Fuelled,
        }
    }

    /// The profile for programs that answer requests: those that have tasks or not, and those that are too large for a
    /// pool or not.
    #[cfg(feature = "components")]
    pub(crate) fn of_function(concurrent: bool, large: bool) -> EngineProfile {
        match (concurrent, large) {
            #[cfg(feature = "wasi03")]
            (true, false) => EngineProfile::Http03,
            #[cfg(feature = "wasi03")]
            (true, true) => EngineProfile::Http03Large,
            (_, false) => EngineProfile::Http02,
            (_, true) => EngineProfile::Http02Large,
        }
    }

    /// The name by which code is kept, and by which a compiling child is told.
    pub(crate) fn name(self) -> &'static str {
        match self {
            EngineProfile::Batch => "batch",
            EngineProfile::Fuelled => "fuelled",
            #[cfg(feature = "wasi03")]
            EngineProfile::Batch03 => "batch03",
            #[cfg(feature = "wasi03")]
            EngineProfile::Fuelled03 => "fuelled03",
            #[cfg(feature = "components")]
            EngineProfile::Http02 => "http02",
            #[cfg(feature = "components")]
            EngineProfile::Http02Large => "http02large",
            #[cfg(feature = "wasi03")]
            EngineProfile::Http03 => "http03",
            #[cfg(feature = "wasi03")]
            EngineProfile::Http03Large => "http03large",
        }
    }

    /// The profile of a name.
    #[cfg(feature = "compile")]
    pub(crate) fn named(name: &str) -> Option<EngineProfile> {
        EngineProfile::ALL.iter().copied().find(|profile| profile.name() == name)
    }

    /// Whether programs have tasks.
    pub(crate) fn is_concurrent(self) -> bool {
        match self {
            EngineProfile::Batch | EngineProfile::Fuelled => false,
            #[cfg(feature = "components")]
            EngineProfile::Http02 | EngineProfile::Http02Large => false,
            #[cfg(feature = "wasi03")]
            EngineProfile::Batch03 | EngineProfile::Fuelled03 => true,
            #[cfg(feature = "wasi03")]
            EngineProfile::Http03 | EngineProfile::Http03Large => true,
        }
    }

    /// Whether programs answer requests.
    #[cfg(feature = "components")]
    pub(crate) fn is_of_functions(self) -> bool {
        match self {
            EngineProfile::Http02 | EngineProfile::Http02Large => true,
            #[cfg(feature = "wasi03")]
            EngineProfile::Http03 | EngineProfile::Http03Large => true,
            _ => false,
        }
    }

    /// Whether programs' fuel is counted.
    pub(crate) fn counts_fuel(self) -> bool {
        self == EngineProfile::of(self.is_concurrent(), true)
    }

    /// Whether programs answer one request each, on a thread that they share.
    fn answers_requests(self) -> bool {
        #[cfg(feature = "components")]
        return EngineProfile::of_function(self.is_concurrent(), false) == self
            || EngineProfile::of_function(self.is_concurrent(), true) == self;
        #[cfg(not(feature = "components"))]
        false
    }

    /// An engine of this profile that allocates on demand. What it compiles runs on one with a pool too.
    pub(crate) fn engine(self) -> wasmtime::Result<Engine> {
        Engine::new(&self.config())
    }

    /// An engine of this profile with a pool for so many instances, which asks the kernel what they touched, or does not.
    #[cfg(feature = "components")]
    pub(crate) fn pooled(self, slots: u32, scans_pages: bool) -> wasmtime::Result<Engine> {
        let mut config = self.config();
        config.allocation_strategy(pool::of(slots, scans_pages));
        Engine::new(&config)
    }

    fn config(self) -> Config {
        let mut config = Config::new();
        if self.answers_requests() {
            // Guests share a thread with others: they have to yield, and can't be told by signals which one is meant.
            config.epoch_interruption(true);
            config.max_wasm_stack(SMALL_GUEST_STACK);
            config.async_stack_size(SMALL_FIBER_STACK);
        } else {
            Interrupter::configure(&mut config);
            config.max_wasm_stack(GUEST_STACK);
            config.async_stack_size(FIBER_STACK);
        }
        // Tasks inside a store are of use to components of WASI 0.3 alone, and cost every call.
        config.concurrency_support(self.is_concurrent());
        #[cfg(feature = "wasi03")]
        if self.is_concurrent() {
            config.wasm_component_model_async(true);
            config.wasm_component_model_more_async_builtins(true);
            config.wasm_component_model_async_stackful(true);
        }
        config.consume_fuel(self.counts_fuel());
        config
    }
}

#[cfg(test)]
#[cfg(feature = "components")]
mod tests {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};

    use super::*;

    /// Whoever compiles in a process of its own has no pool.
    #[test]
    fn code_runs_with_a_pool_and_without() {
        let hash = |engine: Engine| {
            let mut hasher = DefaultHasher::new();
            engine.precompile_compatibility_hash().hash(&mut hasher);
            hasher.finish()
        };
        for concurrent in [false, true] {
            let profile = EngineProfile::of_function(concurrent, false);
            assert_eq!(hash(profile.engine().unwrap()), hash(profile.pooled(4, true).unwrap()));
        }
        assert_ne!(
            hash(EngineProfile::Http02.engine().unwrap()),
            hash(EngineProfile::Batch.engine().unwrap())
        );
    }
}
