//! From a module to code that can be instantiated: kept in memory, kept on disk, or compiled.

#[cfg(feature = "compile")]
mod make;
#[cfg(not(feature = "compile"))]
#[path = "load/make_nothing.rs"]
mod make;
mod recent;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use dayfly_core::plan::PlannedCode;
use dayfly_core::{Digest, Ending, Module, Reporter};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

#[cfg(feature = "components")]
use crate::guest::ComponentState;
use crate::guest::CoreState;
use crate::native::{Kind, Native};
pub(crate) use make::Maker;
use recent::Recent;

/// Where modules get their code from.
#[derive(Debug)]
pub(crate) struct Loader {
    maker: Maker,
    recent: Recent,
}

/// A module in binary form, which may have to be made first.
#[cfg_attr(not(feature = "compile"), allow(dead_code, reason = "only who compiles asks for it"))]
pub(crate) trait Binary: Sync {
    /// What it is.
    fn kind(&self) -> Kind;

    /// It. Nobody asks where there is code already.
    ///
    /// # Errors
    /// How the execution ends: it can't be made.
    fn binary(&self) -> Result<Arc<[u8]>, Ending>;
}

impl Binary for Arc<[u8]> {
    fn kind(&self) -> Kind {
        Kind::of(self)
    }

    fn binary(&self) -> Result<Arc<[u8]>, Ending> {
        Ok(self.clone())
    }
}

/// What all guests share that run the same module.
#[derive(Default)]
pub(crate) struct Code {
    /// Whoever comes first loads or compiles, and the others wait for that.
    native: OnceCell<Result<Native, Ending>>,
    /// The module linked to nothing but the host.
    pub(crate) linked: OnceLock<wasmtime::InstancePre<CoreState>>,
    /// The component linked to the host.
    #[cfg(feature = "components")]
    pub(crate) linked_component: OnceLock<wasmtime::component::InstancePre<ComponentState>>,
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Code").field("native", &self.native.get()).finish_non_exhaustive()
    }
}

/// A module's, or a component's, code.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) native: Native,
    /// What is shared with others that run it. For as long as it is there, the module is not compiled again.
    pub(crate) code: Arc<Code>,
    /// How long compiling took; none if there was code already.
    pub(crate) compiled: Option<Duration>,
}

impl Loader {
    /// A loader that has what is not in memory made.
    pub(crate) fn new(maker: Maker) -> Loader {
        Loader { maker, recent: Recent::default() }
    }

    /// Where a module's code would come from, if it is not in memory.
    pub(crate) fn planned(&self, module: &Digest) -> PlannedCode {
        self.maker.planned(module)
    }

    /// Why a module's code would not be kept, although there is a place for it.
    pub(crate) fn unkept(&self, module: &Digest) -> Option<String> {
        self.maker.unkept(module)
    }

    /// The code of a module, whose binary form is `binary`'s to give.
    ///
    /// # Errors
    /// How the execution ends: the module can't be compiled, or it was cancelled meanwhile.
    pub(crate) async fn load(
        &self,
        module: &Module,
        binary: &dyn Binary,
        cancel: &CancellationToken,
        reporter: &Reporter,
    ) -> Result<Loaded, Ending> {
        let code = self.recent.code(&module.digest);
        let mut compiled = None;
        let loaded = code.native.get_or_try_init(|| async {
            match self.maker.make(module, binary, cancel, reporter, &mut compiled).await {
                // That one guest is not wanted any more says nothing to the others.
                Err(Ending::Cancelled) => Err(Ending::Cancelled),
                made => Ok(made),
            }
        });
        // Somebody else may be compiling it, and goes on.
        let loaded = tokio::select! {
            loaded = loaded => loaded?.clone()?,
            () = cancel.cancelled() => return Err(Ending::Cancelled),
        };
        self.recent.used(&module.digest, &code, &loaded);
        reporter.compiled(&module.name, compiled);
        Ok(Loaded { native: loaded, code, compiled })
    }
}
