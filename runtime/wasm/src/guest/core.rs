//! Guests of core modules: WASI preview 1.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dayfly_host_api::Gate;
use dayfly_host_api::fs::FileSystem;
use dayfly_host_api::fs::preview1::{Context, Streamed};
use wasmtime::{Instance, InstancePre, Linker, Store, Val};

use super::state::{Called, Failed, Given, State, Wasi};
use crate::egress::Network;
use crate::entry::Entry;
#[cfg(feature = "gpu")]
use crate::gpu::Gpu;
use crate::graph::Graph;
use crate::link;
#[cfg(feature = "compile")]
use crate::snapshot::Capture;

/// What the stores of core modules hold.
pub(crate) type CoreState = State<Context>;

/// Core modules that can be instantiated at once.
pub(crate) struct CoreProgram {
    /// The entry module's name.
    pub(crate) name: String,
    /// The modules, and who satisfies which import.
    pub(crate) graph: Graph,
    /// Their code, in the same order.
    pub(crate) modules: Vec<wasmtime::Module>,
    /// The entry module, if there is no other one.
    pub(crate) linked: Option<InstancePre<CoreState>>,
    /// What dayfly provides.
    pub(crate) linker: Arc<Linker<CoreState>>,
    pub(crate) entry: Entry,
    /// Where the entry module's state goes when its entry point has returned.
    #[cfg(feature = "compile")]
    pub(crate) capture: Option<Capture>,
}

impl CoreState {
    pub(crate) fn wasi(&mut self) -> &mut Context {
        &mut self.wasi
    }

    #[cfg(feature = "gpu")]
    pub(crate) fn gpu(&mut self) -> &mut Gpu {
        &mut self.gpu
    }

    #[cfg(feature = "http")]
    pub(crate) fn network(&mut self) -> &mut Network {
        &mut self.network
    }
}

/// Calls the entry point of a program.
///
/// # Errors
/// It trapped, or exited.
pub(crate) async fn enter(
    store: &mut Store<CoreState>,
    program: &CoreProgram,
    instance: &Instance,
) -> wasmtime::Result<()> {
    let entry = &program.entry;
    for (name, results) in
        entry.initialize.map(|name| (name, 0)).into_iter().chain([(entry.name.as_str(), entry.results)])
    {
        let function = instance.get_func(&mut *store, name);
        let function = function.ok_or_else(|| wasmtime::Error::msg("the entry point is gone"))?;
        let mut ignored = vec![Val::I32(0); results];
        function.call_async(&mut *store, &[], &mut ignored).await?;
    }
    Ok(())
}

impl Wasi for Context {
    type Program = CoreProgram;

    fn new(given: Given, _: &Network) -> Context {
        Context::new(given.files)
            .arguments(given.arguments)
            .environment(given.environment)
            .stdin(given.stdin)
            .stdout(given.stdout)
            .stderr(given.stderr)
    }

    fn with_files<R>(&self, look: impl FnOnce(&FileSystem) -> R) -> R {
        look(self.files())
    }

    fn streamed(&self) -> Streamed {
        Context::streamed(self)
    }

    fn asked_for_environment(&self) -> bool {
        Context::asked_for_environment(self)
    }

    fn behind(store: &mut Store<CoreState>, gate: &Arc<Gate>) {
        store.data_mut().wasi.behind(gate.clone());
    }

    async fn flush(&mut self) {
        Context::flush(self).await;
    }

    async fn call(
        store: &mut Store<CoreState>,
        program: &CoreProgram,
        instantiate: &mut Duration,
    ) -> Result<Called, Failed> {
        let began = Instant::now();
        let instance = link::instantiate(store, program).await;
        *instantiate = began.elapsed();
        let instance = instance.map_err(Failed::Instantiate)?;
        enter(store, program, &instance).await.map_err(Failed::Call)?;
        #[cfg(feature = "compile")]
        if let Some(capture) = &program.capture {
            capture.module(store, &instance).map_err(Failed::Call)?;
        }
        Ok(Called { success: true, returned: None })
    }
}
