//! A build without compute on GPUs: guests have none.

use std::sync::Arc;

use dayfly_core::{Ending, GpuCount, Grants, Refusal, Usage};
use dayfly_host_api::Gate;
use wasmtime::Linker;

use crate::guest::CoreState;

/// The GPUs that guests may have: none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Machine {}

/// The GPUs of one guest, of which there are none.
#[derive(Debug, Default)]
pub(crate) struct Gpu {}

#[allow(clippy::unused_self, reason = "where there are any, they are asked")]
impl Machine {
    /// There are none.
    pub(crate) fn count(&self) -> GpuCount {
        GpuCount {
            count: 0,
            why: Some("this build gives guests none, and one with the feature `gpu` does".to_owned()),
        }
    }

    /// There is nothing to add.
    #[allow(clippy::unnecessary_wraps, reason = "where there are any, a linker may refuse them")]
    pub(crate) fn add_to_linker(_: &mut Linker<CoreState>) -> wasmtime::Result<()> {
        Ok(())
    }

    /// None.
    ///
    /// # Errors
    /// How the execution ends: some are asked for.
    pub(crate) fn give(&self, grants: &Grants) -> Result<Gpu, Ending> {
        match &grants.gpus {
            None => Ok(Gpu {}),
            Some(wanted) => Err(Ending::Unavailable(format!(
                "{} asks for a GPU, and this build gives guests none",
                wanted.origin.quoted()
            ))),
        }
    }
}

#[allow(clippy::unused_self, reason = "where there are any, they are asked")]
impl Gpu {
    /// It has no functions.
    pub(crate) fn behind(&mut self, _: &Arc<Gate>) {}

    /// Nothing is open.
    pub(crate) fn close(&mut self) -> Closing {
        Closing {}
    }

    /// Nothing was tried.
    pub(crate) fn refusals(&self) -> Vec<Refusal> {
        Vec::new()
    }

    /// There is nothing to know.
    pub(crate) fn warning(&self) -> Option<String> {
        None
    }

    /// None was met.
    pub(crate) fn limit_met(&self) -> Option<String> {
        None
    }
}

/// What a guest that has ended still has under way on its GPUs: nothing.
#[derive(Debug)]
pub(crate) struct Closing {}

#[allow(clippy::unused_self, reason = "where there are any, they are asked")]
impl Closing {
    /// Nothing was used.
    #[allow(clippy::unused_async, reason = "where there are any, they are waited for")]
    pub(crate) async fn account(self, _: &mut Usage) {}
}
