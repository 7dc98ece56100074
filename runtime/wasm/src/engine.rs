//! The engine's configuration.

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
}

/// The native stack of a guest's own code, in bytes.
const GUEST_STACK: usize = 1 << 20;
/// The native stack of a guest with the host functions that it calls, in bytes.
const FIBER_STACK: usize = GUEST_STACK + (1 << 20);

impl EngineProfile {
    /// All of them. The first one is what most programs need.
    pub(crate) const ALL: &[EngineProfile] = &[
        EngineProfile::Batch,
        EngineProfile::Fuelled,
        #[cfg(feature = "wasi03")]
        EngineProfile::Batch03,
        #[cfg(feature = "wasi03")]
        EngineProfile::Fuelled03,
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

    /// The name by which code is kept, and by which a compiling child is told.
    pub(crate) fn name(self) -> &'static str {
        match self {
            EngineProfile::Batch => "batch",
            EngineProfile::Fuelled => "fuelled",
            #[cfg(feature = "wasi03")]
            EngineProfile::Batch03 => "batch03",
            #[cfg(feature = "wasi03")]
            EngineProfile::Fuelled03 => "fuelled03",
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
            #[cfg(feature = "wasi03")]
            EngineProfile::Batch03 | EngineProfile::Fuelled03 => true,
        }
    }

    /// Whether programs' fuel is counted.
    pub(crate) fn counts_fuel(self) -> bool {
        self == EngineProfile::of(self.is_concurrent(), true)
    }

    /// An engine of this profile.
    pub(crate) fn engine(self) -> wasmtime::Result<Engine> {
        let mut config = Config::new();
        Interrupter::configure(&mut config);
        config.max_wasm_stack(GUEST_STACK);
        config.async_stack_size(FIBER_STACK);
        // Tasks inside a store are of use to components of WASI 0.3 alone, and cost every call.
        config.concurrency_support(self.is_concurrent());
        #[cfg(feature = "wasi03")]
        if self.is_concurrent() {
            config.wasm_component_model_async(true);
            config.wasm_component_model_more_async_builtins(true);
            config.wasm_component_model_async_stackful(true);
        }
        config.consume_fuel(self.counts_fuel());
        Engine::new(&config)
    }
}
