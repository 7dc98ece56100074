//! From an initialised guest's state to a module.

use dayfly_core::{Ending, Module};
use futures_util::FutureExt as _;
use wasmparser::Validator;

use super::Initialised;
use super::instrument::{Instrumented, unfit};
use super::state::State;
use crate::inspect::SUPPORTED;

impl Instrumented<'_> {
    /// The module that starts in this state.
    ///
    /// # Errors
    /// How the execution ends: the module would be too large to be read again.
    pub(super) fn initialised(self, bytes_before: usize, mut state: State) -> Result<Initialised, Ending> {
        // Nothing is waited for: the state is at hand.
        let written = self.wizer.snapshot(&self.context, &mut state).now_or_never();
        let written = written.ok_or_else(|| fault(&"it waits"))?;
        let module = written.map_err(|error| fault(&format_args!("{error:#}")))?;
        if module.len() as u64 > Module::MAX_BYTES {
            let why = format_args!(
                "it would have {} bytes, and a module that can be read has at most {}",
                module.len(),
                Module::MAX_BYTES
            );
            return Err(unfit(&self.module, &why));
        }
        let mut validator = Validator::new_with_features(SUPPORTED);
        validator.validate_all(&module).map_err(|error| fault(&error))?;
        Ok(Initialised { module, init: self.init, bytes_before })
    }
}

fn fault(why: &dyn std::fmt::Display) -> Ending {
    Ending::Fault(format!("the snapshot can't be written: {why}"))
}
