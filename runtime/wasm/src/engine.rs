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
}

/// The native stack of a guest's own code, in bytes.
const GUEST_STACK: usize = 1 << 20;
/// The native stack of a guest with the host functions that it calls, in bytes.
const FIBER_STACK: usize = GUEST_STACK + (1 << 20);

impl EngineProfile {
    /// The name by which code is kept, and by which a compiling child is told.
    pub(crate) fn name(self) -> &'static str {
        match self {
            EngineProfile::Batch => "batch",
            EngineProfile::Fuelled => "fuelled",
        }
    }

    /// The profile of a name.
    #[cfg(feature = "compile")]
    pub(crate) fn named(name: &str) -> Option<EngineProfile> {
        [EngineProfile::Batch, EngineProfile::Fuelled].into_iter().find(|profile| profile.name() == name)
    }

    /// An engine of this profile.
    pub(crate) fn engine(self) -> wasmtime::Result<Engine> {
        let mut config = Config::new();
        Interrupter::configure(&mut config);
        config.max_wasm_stack(GUEST_STACK);
        config.async_stack_size(FIBER_STACK);
        // Tasks inside a store are of use to components of WASI 0.3 alone, and cost every call.
        config.concurrency_support(false);
        config.consume_fuel(self == EngineProfile::Fuelled);
        Engine::new(&config)
    }
}
