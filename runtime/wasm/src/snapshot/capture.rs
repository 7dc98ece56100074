//! Copying the state out of a guest whose initialisation is done.

#[cfg(feature = "components")]
mod component;

use std::sync::{Arc, Mutex, PoisonError};

use wasmtime::{AsContextMut, Extern, Instance, Store};

use super::state::State;

/// What instrumented modules export begins with this.
const PREFIX: &str = "__wizer_";

/// Where a guest's state goes when its entry point has returned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Capture(Arc<Mutex<Option<State>>>);

impl Capture {
    /// Copies the state of an instrumented core module.
    ///
    /// # Errors
    /// It holds what can't be written down.
    pub(crate) fn module<T>(&self, store: &mut Store<T>, instance: &Instance) -> wasmtime::Result<()> {
        let mut state = State::default();
        let exports = instance.exports(&mut *store);
        let exports: Vec<(String, Extern)> = exports
            .filter(|export| export.name().starts_with(PREFIX))
            .map(|export| (export.name().to_owned(), export.into_extern()))
            .collect();
        for (name, export) in exports {
            match export {
                Extern::Global(global) => state.value(name, global.get(store.as_context_mut()))?,
                Extern::Memory(memory) => state.memory(name, memory.data(&*store)),
                // Instrumenting adds nothing else.
                _ => {}
            }
        }
        self.set(state);
        Ok(())
    }

    fn set(&self, state: State) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
    }

    /// The state; none if the guest's entry point did not return.
    pub(super) fn take(&self) -> Option<State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
