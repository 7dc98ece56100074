//! The executor, and the thread that each guest gets.

use std::sync::Arc;
#[cfg(feature = "components")]
use std::time::Duration;

use async_trait::async_trait;
use dayfly_core::plan::{Preparation, ProgramPlan};
use dayfly_core::{Ended, Executor, GpuCount, Start};
use dayfly_spec::model::Engine as EngineSpec;
use tokio_util::sync::DropGuard;

#[cfg(feature = "compile")]
use crate::cache::CodeCache;
#[cfg(feature = "compile")]
use crate::compile::Compiler;
use crate::engines::Engines;
use crate::guest;
use crate::plan;
use crate::thread::on_a_thread;

/// Runs WebAssembly, binary or text: core modules of WASI preview 1, and components of 0.2 and 0.3.
#[derive(Clone)]
pub struct WasmExecutor {
    pub(crate) engines: Arc<Engines>,
}

/// Why there is no executor: this machine can't run what wasmtime compiles.
#[derive(Debug, thiserror::Error)]
#[error("WebAssembly can't be run on this machine: {0:#}")]
pub struct BuildError(pub(crate) wasmtime::Error);

/// Puts a [`WasmExecutor`] together.
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct WasmExecutorBuilder {
    #[cfg(feature = "compile")]
    pub(crate) cache: Option<CodeCache>,
    #[cfg(feature = "compile")]
    pub(crate) compiler: Compiler,
    #[cfg(feature = "components")]
    pub(crate) wasi03: bool,
    #[cfg(feature = "components")]
    pub(crate) slots: Option<u32>,
    #[cfg(feature = "components")]
    pub(crate) scans_no_pages: bool,
    #[cfg(feature = "components")]
    pub(crate) idle: Option<Duration>,
    #[cfg(feature = "components")]
    for_functions: bool,
    pub(crate) gpus: crate::gpu::Machine,
}

impl WasmExecutorBuilder {
    /// Keeps compiled code on disk. The default keeps it in memory alone.
    #[cfg(feature = "compile")]
    pub fn cache(mut self, cache: CodeCache) -> WasmExecutorBuilder {
        self.cache = Some(cache);
        self
    }

    /// Who compiles. The default is this process.
    #[cfg(feature = "compile")]
    pub fn compiler(mut self, compiler: Compiler) -> WasmExecutorBuilder {
        self.compiler = compiler;
        self
    }

    /// Allows components of WASI 0.3, which wasmtime calls experimental. The default refuses them.
    #[cfg(feature = "wasi03")]
    pub fn wasi03(mut self, allowed: bool) -> WasmExecutorBuilder {
        self.wasi03 = allowed;
        self
    }

    /// The GPUs that guests may have. The default is all hardware of this machine.
    #[cfg(feature = "gpu")]
    pub fn gpus(mut self, gpus: crate::gpus::Gpus) -> WasmExecutorBuilder {
        self.gpus = crate::gpu::Machine::of(gpus);
        self
    }

    /// How many instances of functions there may be at a time, of each kind of engine. The default is what the machine's
    /// memory is good for.
    #[cfg(feature = "components")]
    pub fn slots(mut self, slots: u32) -> WasmExecutorBuilder {
        self.slots = Some(slots.max(1));
        self
    }

    /// How long an instance of a function that answers several requests waits for its next one before it ends. The default
    /// is 10 seconds.
    #[cfg(feature = "components")]
    pub fn idle(mut self, time: Duration) -> WasmExecutorBuilder {
        self.idle = Some(time);
        self
    }

    /// Whether the kernel is asked which pages an instance of a function touched (`PAGEMAP_SCAN`, Linux 6.7), so that no
    /// others are cleared. The default does so where the kernel can tell; without it all pages that are kept are cleared.
    #[cfg(feature = "components")]
    pub fn scan_pages(mut self, allowed: bool) -> WasmExecutorBuilder {
        self.scans_no_pages = !allowed;
        self
    }

    /// Whether functions are what it is for. The pool that their instances come from is made from then on, by a thread of
    /// its own, while whoever wants them finds out which; and nothing is made for programs that run to their end before
    /// the first of these comes. The default is the other way round.
    #[cfg(feature = "components")]
    pub fn for_functions(mut self, only: bool) -> WasmExecutorBuilder {
        self.for_functions = only;
        self
    }

    /// An executor with engines of its own.
    ///
    /// # Errors
    /// This machine can't run what wasmtime compiles. Where it is for functions, they say so.
    pub fn build(self) -> Result<WasmExecutor, BuildError> {
        #[cfg(feature = "components")]
        if self.for_functions {
            let engines = Arc::new(Engines::new(self));
            crate::function::Engines::make_soon(&engines);
            return Ok(WasmExecutor { engines });
        }
        let engines = Engines::new(self);
        engines.make_batch()?;
        Ok(WasmExecutor { engines: Arc::new(engines) })
    }
}

impl WasmExecutor {
    /// Starts to put an executor together.
    pub fn builder() -> WasmExecutorBuilder {
        WasmExecutorBuilder::default()
    }

    /// Starts a guest on a thread that is its own.
    pub(crate) async fn on_a_guests_thread(
        &self,
        mut start: Start,
        run: impl FnOnce(&Engines, Start) -> Ended + Send + 'static,
    ) -> Ended {
        // Dropping this future stops the guest: its thread holds what it uses until it is gone.
        let _stop: DropGuard = {
            start.cancel = start.cancel.child_token();
            start.cancel.clone().drop_guard()
        };
        let engines = self.engines.clone();
        on_a_thread("dayfly-guest", move || run(&engines, start)).await.unwrap_or_else(Ended::before_start)
    }
}

impl std::fmt::Debug for WasmExecutor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WasmExecutor").finish_non_exhaustive()
    }
}

#[async_trait]
impl Executor for WasmExecutor {
    fn serves(&self, engine: &EngineSpec) -> bool {
        matches!(engine, EngineSpec::Wasm(_))
    }

    async fn execute(&self, start: Start) -> Ended {
        self.on_a_guests_thread(start, |engines, start| guest::run(engines, start, |_| {})).await
    }

    fn gpus(&self) -> GpuCount {
        self.engines.builder.gpus.count()
    }

    async fn plan(&self, preparation: Preparation) -> ProgramPlan {
        let (engines, program) = (self.engines.clone(), preparation.program.clone());
        let planned = on_a_thread("dayfly-plan", move || plan::plan(&engines, &preparation)).await;
        planned
            .unwrap_or_else(|ending| ProgramPlan { endings: vec![ending], ..ProgramPlan::unknown(&program) })
    }
}
