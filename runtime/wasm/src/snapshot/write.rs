//! From an initialised guest's state to a module.

use dayfly_core::{Ending, Module};
use futures_util::FutureExt as _;
use wasmparser::Validator;

use super::Initialised;
use super::instrument::{Context, FEATURES, Instrumented, unfit};
use super::state::State;
use crate::contain::contained;

impl Instrumented<'_> {
    /// The module that starts in this state.
    ///
    /// # Errors
    /// How the execution ends: the module would be too large to be read again.
    pub(super) fn initialised(self, bytes_before: usize, mut state: State) -> Result<Initialised, Ending> {
        // Nothing is waited for: the state is at hand.
        let written = contained(|| {
            match &self.context {
                Context::Module(context) => self.wizer.snapshot(context, &mut state).now_or_never(),
                #[cfg(feature = "components")]
                Context::Component(context) => {
                    self.wizer.snapshot_component(context, &mut state).now_or_never()
                }
            }
            .ok_or_else(|| "it waits".to_owned())?
            .map_err(|error| format!("{error:#}"))
        });
        let module = written.map_err(|why| unfit(&self.module, &why))?;
        if module.len() as u64 > Module::MAX_BYTES {
            let why = format_args!(
                "it would have {} bytes, and a module that can be read has at most {}",
                module.len(),
                Module::MAX_BYTES
            );
            return Err(unfit(&self.module, &why));
        }
        let mut validator = Validator::new_with_features(FEATURES);
        let fault = |error| Ending::Fault(format!("the snapshot is not valid: {error}"));
        validator.validate_all(&module).map_err(fault)?;
        Ok(Initialised { module, init: self.init, bytes_before })
    }
}
