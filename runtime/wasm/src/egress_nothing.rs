//! A build without a client for HTTP: guests have no network.

use std::collections::BTreeSet;
use std::sync::Arc;

use dayfly_core::{Egress, Limits, Refusal, SharedFiles, Usage};
use dayfly_host_api::Gate;
use wasmtime::Linker;

use crate::guest::CoreState;

/// What the networks of all guests share: nothing.
#[derive(Debug, Default)]
pub(crate) struct Networks {}

/// A guest's network, of which there is none.
#[derive(Debug)]
pub(crate) struct Network {}

impl Networks {
    /// There is nothing to add.
    #[allow(clippy::unnecessary_wraps, reason = "where there is a network, a linker may refuse it")]
    pub(crate) fn add_to_linker(_: &mut Linker<CoreState>) -> wasmtime::Result<()> {
        Ok(())
    }

    /// None.
    #[allow(clippy::unused_self, reason = "where there is a network, it shares something")]
    pub(crate) fn network(&self, _: &Arc<Egress>, _: &Limits, _: &SharedFiles, _: bool) -> Network {
        Network {}
    }
}

#[allow(clippy::unused_self, reason = "where there is a network, it is asked")]
impl Network {
    /// There is none.
    pub(crate) fn is_open(&self) -> bool {
        false
    }

    /// It has no functions.
    pub(crate) fn behind(&mut self, _: Arc<Gate>) {}

    /// Nothing was used.
    pub(crate) fn account(&self, _: &mut Usage) {}

    /// Nothing was tried.
    pub(crate) fn refusals(&self) -> Vec<Refusal> {
        Vec::new()
    }

    /// It went nowhere.
    pub(crate) fn destinations(&self) -> BTreeSet<(String, u16)> {
        BTreeSet::new()
    }

    /// Nothing failed.
    pub(crate) fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// None was met.
    pub(crate) fn limit_met(&self) -> Option<String> {
        None
    }
}
