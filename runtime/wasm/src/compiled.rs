//! Modules that are in use: what several guests run at a time is compiled once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use dayfly_core::{Digest, Ending, Module};
use wasmtime::Engine;

use crate::module;

/// Compiled modules, for as long as a guest runs them.
#[derive(Debug, Default)]
pub(crate) struct InUse {
    modules: Mutex<HashMap<Digest, Weak<Slot>>>,
}

/// A module's place: whoever comes first compiles, and the others wait for that.
type Slot = OnceLock<Result<wasmtime::Module, Ending>>;

/// A compiled module, and what keeps it from being compiled again.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) module: wasmtime::Module,
    /// How long compiling took; none if it was there already.
    pub(crate) took: Option<Duration>,
    _slot: Arc<Slot>,
}

impl InUse {
    /// A compiled module.
    ///
    /// # Errors
    /// How the execution ends: the module can't be compiled.
    pub(crate) fn compile(&self, engine: &Engine, source: &Module) -> Result<Compiled, Ending> {
        let slot = self.slot(&source.digest);
        let mut took = None;
        let compiled = slot.get_or_init(|| {
            let began = Instant::now();
            let compiled = module::compile(engine, source);
            took = Some(began.elapsed());
            compiled
        });
        let module = compiled.clone()?;
        Ok(Compiled { module, took, _slot: slot })
    }

    fn slot(&self, digest: &Digest) -> Arc<Slot> {
        let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        modules.retain(|_, slot| slot.strong_count() > 0);
        if let Some(slot) = modules.get(digest).and_then(Weak::upgrade) {
            return slot;
        }
        let slot = Arc::<Slot>::default();
        modules.insert(digest.clone(), Arc::downgrade(&slot));
        slot
    }
}

#[cfg(test)]
#[cfg(feature = "compile")]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_compiled_once_for_as_long_as_it_is_in_use() {
        let (engine, in_use) = (Engine::default(), InUse::default());
        let source = Module::new("m.wat", &b"(module)"[..]);
        let first = in_use.compile(&engine, &source).unwrap();
        let second = in_use.compile(&engine, &source).unwrap();
        assert!(first.took.is_some() && second.took.is_none());
        drop((first, second));
        assert!(in_use.compile(&engine, &source).unwrap().took.is_some());
        assert!(in_use.compile(&engine, &Module::new("m.wat", &b"(nonsense"[..])).is_err());
        assert_eq!(in_use.modules.lock().unwrap().len(), 1);
    }
}
