//! Code from the cache, or else from the compiler and then into the cache.

use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use dayfly_core::plan::PlannedCode;
use dayfly_core::{Digest, Ending, Module, Reporter};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;
use wasmtime::Engine;

use super::Binary;
use crate::cache::CodeCache;
use crate::compile::{Compiled, Compiler};
use crate::engine::EngineProfile;
use crate::native::{Kind, Native};

/// Where code comes from that is not in memory.
#[derive(Debug)]
pub(crate) struct Maker {
    pub(crate) engine: Engine,
    pub(crate) profile: EngineProfile,
    pub(crate) cache: Option<CodeCache>,
    pub(crate) compiler: Compiler,
    /// Each compilation has a bound of its own on memory, so that this bounds what all of them take.
    turns: OnceLock<Semaphore>,
}

impl Maker {
    /// A maker of code for an engine of this profile, that compiles as many modules at a time as there are
    /// processors.
    pub(crate) fn new(
        engine: Engine,
        profile: EngineProfile,
        cache: Option<CodeCache>,
        compiler: Compiler,
    ) -> Maker {
        Maker { engine, profile, cache, compiler, turns: OnceLock::new() }
    }

    /// Where a module's code would come from.
    pub(super) fn planned(&self, module: &Digest) -> PlannedCode {
        let Some(cache) = &self.cache else { return PlannedCode::NotKept };
        match cache.contains(&CodeCache::key(&self.engine, self.profile.name(), module)) {
            Ok(true) => PlannedCode::Hit,
            Ok(false) => PlannedCode::Miss,
            Err(_) => PlannedCode::NotKept,
        }
    }

    /// Why there is a cache that nothing can be kept in.
    pub(super) fn unkept(&self, module: &Digest) -> Option<String> {
        let cache = self.cache.as_ref()?;
        let looked = cache.contains(&CodeCache::key(&self.engine, self.profile.name(), module));
        looked.err().map(|error| error.to_string())
    }

    /// Loads a module's code, or compiles it; `took` is how long the latter took.
    ///
    /// # Errors
    /// How the execution ends: the module can't be compiled, or it was cancelled meanwhile.
    pub(super) async fn make(
        &self,
        module: &Module,
        binary: &dyn Binary,
        cancel: &CancellationToken,
        reporter: &Reporter,
        took: &mut Option<Duration>,
    ) -> Result<Native, Ending> {
        let (profile, kind) = (self.profile, binary.kind());
        let Some(cache) = &self.cache else {
            let _turn = self.turn(cancel).await?;
            reporter.compiling(&module.name, module.bytes.len() as u64);
            let began = Instant::now();
            let binary = &binary.binary()?;
            let compiled =
                self.compiler.compile(&self.engine, profile, module, binary, false, cancel).await?;
            *took = Some(began.elapsed());
            return self.loaded(module, kind, compiled);
        };
        let key = CodeCache::key(&self.engine, profile.name(), &module.digest);
        if let Some(cached) = cache.load(&self.engine, kind, &key) {
            return Ok(cached);
        }
        let turn = self.turn(cancel).await?;
        reporter.compiling(&module.name, module.bytes.len() as u64);
        let began = Instant::now();
        let binary = &binary.binary()?;
        let compiled = self.compiler.compile(&self.engine, profile, module, binary, true, cancel).await?;
        *took = Some(began.elapsed());
        drop(turn);
        let kept = compiled.code.is_empty()
            || match cache.store(&key, &compiled.code) {
                Ok(()) => true,
                // What is wrong with the folder was said when nothing could be loaded from it.
                Err(_) if cache.is_off() => false,
                Err(error) => {
                    tracing::warn!(folder = %cache.folder().display(), %error, "compiled code can't be kept");
                    false
                }
            };
        if let (true, None) = (kept, &compiled.native)
            && let Some(cached) = cache.load(&self.engine, kind, &key)
        {
            // Mapped, so that other processes share its pages.
            return Ok(cached);
        }
        self.loaded(module, kind, compiled)
    }

    /// As many turns as there are processors. How many these are is found out in files, and so only where something has to
    /// be compiled.
    fn turns(&self) -> &Semaphore {
        self.turns.get_or_init(|| {
            let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
            Semaphore::new(processors.min(Semaphore::MAX_PERMITS))
        })
    }

    /// Waits until one more module may be compiled.
    async fn turn(&self, cancel: &CancellationToken) -> Result<SemaphorePermit<'_>, Ending> {
        tokio::select! {
            turn = self.turns().acquire() => {
                turn.map_err(|error| Ending::Fault(format!("nothing can be compiled: {error}")))
            }
            () = cancel.cancelled() => Err(Ending::Cancelled),
        }
    }

    /// A module from what the compiler gave.
    #[allow(unsafe_code)]
    fn loaded(&self, module: &Module, kind: Kind, compiled: Compiled) -> Result<Native, Ending> {
        if let Some(loaded) = compiled.native {
            return Ok(loaded);
        }
        // SAFETY: the bytes are what this build's own compiler gave for this engine, in memory that nobody else can
        // write to.
        let loaded = unsafe { Native::deserialize(&self.engine, kind, &compiled.code) };
        loaded.map_err(|error| {
            Ending::Fault(format!("the code that `{}` was compiled to is of no use: {error:#}", module.name))
        })
    }
}
