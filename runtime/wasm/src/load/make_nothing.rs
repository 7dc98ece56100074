//! A build without a compiler: what is not in memory can't be had.

use std::time::Duration;

use dayfly_core::plan::PlannedCode;
use dayfly_core::{Digest, Ending, Module, Reporter};
use tokio_util::sync::CancellationToken;

use super::Binary;
use crate::native::Native;

/// Where code comes from that is not in memory: nowhere.
#[derive(Debug, Default)]
pub(crate) struct Maker {}

impl Maker {
    /// From nowhere.
    #[allow(clippy::unused_self, reason = "where there is a compiler, it is asked")]
    pub(super) fn planned(&self, _: &Digest) -> PlannedCode {
        PlannedCode::None
    }

    /// There is no cache.
    #[allow(clippy::unused_self, reason = "where there is a compiler, it is asked")]
    pub(super) fn unkept(&self, _: &Digest) -> Option<String> {
        None
    }

    #[allow(clippy::unused_async, reason = "where there is a compiler, it is waited for")]
    pub(super) async fn make(
        &self,
        module: &Module,
        _: &dyn Binary,
        _: &CancellationToken,
        _: &Reporter,
        _: &mut Option<Duration>,
    ) -> Result<Native, Ending> {
        let name = &module.name;
        Err(Ending::Unavailable(format!(
            "`{name}` would have to be compiled, and this build has no compiler"
        )))
    }
}
