//! The executor: what all guests share, and the thread that each of them gets.

use std::sync::Arc;
use std::thread;

use async_trait::async_trait;
use dayfly_core::{Ended, Ending, Executor, Module, Program, Start};
use dayfly_host_api::fs::preview1;
use dayfly_spec::model::{Engine as EngineSpec, Located};
use tokio::sync::oneshot;
use tokio_util::sync::{CancellationToken, DropGuard};
use wasmtime::{Engine, InstancePre, Linker};

use crate::compiled::{Compiled, InUse};
use crate::engine::EngineProfile;
use crate::entry::{Entry, link_failure};
use crate::guest::{self, State};
use crate::ticker::Ticker;

/// The stack of a guest's thread. The guest itself runs on a fiber; compiling needs the room.
const THREAD_STACK: usize = 4 << 20;

/// Runs WebAssembly: core modules of WASI preview 1, binary or text.
#[derive(Clone)]
pub struct WasmExecutor {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) ticker: Ticker,
    linker: Linker<State>,
    in_use: InUse,
}

/// A module that can be instantiated at once.
pub(crate) struct Prepared {
    /// The module's name, which is the guest's first argument.
    pub(crate) name: String,
    pub(crate) instance: InstancePre<State>,
    pub(crate) entry: Entry,
    pub(crate) compiled: Compiled,
}

/// Why there is no executor: this machine can't run what wasmtime compiles.
#[derive(Debug, thiserror::Error)]
#[error("WebAssembly can't be run on this machine: {0:#}")]
pub struct BuildError(wasmtime::Error);

impl WasmExecutor {
    /// An executor with an engine of its own.
    ///
    /// # Errors
    /// This machine can't run what wasmtime compiles.
    pub fn new() -> Result<WasmExecutor, BuildError> {
        let engine = EngineProfile::Batch.engine().map_err(BuildError)?;
        let mut linker = Linker::new(&engine);
        preview1::add_to_linker(&mut linker, State::wasi).map_err(BuildError)?;
        let ticker = Ticker::new(&engine);
        Ok(WasmExecutor { shared: Arc::new(Shared { engine, ticker, linker, in_use: InUse::default() }) })
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

    async fn execute(&self, mut start: Start) -> Ended {
        let Program::Wasm { module, entry_point } = start.program.clone() else {
            return Ended::before_start(Ending::Fault(
                "the WebAssembly executor was given another program".to_owned(),
            ));
        };
        let prepared = match self.prepare(module, entry_point, &start.cancel).await {
            Ok(prepared) => prepared,
            Err(ending) => return Ended::before_start(ending),
        };
        // Dropping this future stops the guest: its thread holds what it uses until it is gone.
        let _stop: DropGuard = {
            start.cancel = start.cancel.child_token();
            start.cancel.clone().drop_guard()
        };
        let shared = self.shared.clone();
        on_a_thread("dayfly-guest", move || guest::run(&shared, &prepared, start))
            .await
            .unwrap_or_else(Ended::before_start)
    }
}

impl WasmExecutor {
    /// Compiles and links a module, on a thread of its own. Compiling can't be stopped: when it is cancelled,
    /// nobody waits for it any more.
    async fn prepare(
        &self,
        module: Module,
        entry_point: Located<String>,
        cancel: &CancellationToken,
    ) -> Result<Prepared, Ending> {
        let shared = self.shared.clone();
        let prepared = on_a_thread("dayfly-compile", move || shared.prepare(&module, &entry_point));
        tokio::select! {
            prepared = prepared => prepared?,
            () = cancel.cancelled() => Err(Ending::Cancelled),
        }
    }
}

impl Shared {
    fn prepare(&self, module: &Module, entry_point: &Located<String>) -> Result<Prepared, Ending> {
        let compiled = self.in_use.compile(&self.engine, module)?;
        let entry = Entry::of(&compiled.module, &module.name, entry_point)?;
        let linked = self.linker.instantiate_pre(&compiled.module);
        let instance = linked.map_err(|error| link_failure(&error, &module.name))?;
        Ok(Prepared { name: module.name.clone(), instance, entry, compiled })
    }
}

/// Runs `work` on a new thread and waits for what it gives.
async fn on_a_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Ending> {
    let (sender, receiver) = oneshot::channel();
    let thread = thread::Builder::new().name(name.to_owned()).stack_size(THREAD_STACK);
    // Nobody waits any more if sending fails.
    let spawned = thread.spawn(move || drop(sender.send(work())));
    spawned.map_err(|error| Ending::Fault(format!("the system gives no thread: {error}")))?;
    receiver.await.map_err(|_| Ending::Fault(format!("the thread {name} ended unexpectedly")))
}
