//! Guests of components: WASI 0.2 and 0.3.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dayfly_core::Refusal;
use dayfly_host_api::Gate;
use dayfly_host_api::component::{Context, View};
use dayfly_host_api::fs::FileSystem;
use dayfly_host_api::fs::preview1::Streamed;
use wasmtime::{CallHook, Store};

use super::state::{Called, Failed, Given, State, Wasi};
use crate::component::Ready;
use crate::egress::Network;
use crate::grants;
use crate::link;
#[cfg(feature = "compile")]
use crate::snapshot::Capture;

/// What the stores of components hold.
pub(crate) type ComponentState = State<Context>;

/// A component that can be instantiated at once.
pub(crate) struct ComponentProgram {
    /// Its name.
    pub(crate) name: String,
    pub(crate) linked: wasmtime::component::InstancePre<ComponentState>,
    pub(crate) entry: Ready,
    /// Whether it imports what computes on GPUs.
    pub(crate) computes: bool,
    /// Where its state goes when its entry point has returned.
    #[cfg(feature = "compile")]
    pub(crate) capture: Option<Capture>,
}

impl View for ComponentState {
    fn context(&mut self) -> &mut Context {
        &mut self.wasi
    }

    #[cfg(feature = "gpu")]
    fn gpu(&mut self) -> &mut dayfly_host_api::gpu::Context {
        self.gpu.context()
    }
}

impl Wasi for Context {
    type Program = ComponentProgram;

    fn new(given: Given, network: &Network) -> Context {
        let builder = Context::builder(given.files)
            .arguments(given.arguments)
            .environment(given.environment)
            .stdin(given.stdin)
            .stdout(given.stdout)
            .stderr(given.stderr);
        let builder = grants::give(builder, given.grants);
        match network.client() {
            Some(client) => builder.network(client.clone()).build(),
            None => builder.no_network(network.none().clone()).build(),
        }
    }

    fn with_files<R>(&self, look: impl FnOnce(&FileSystem) -> R) -> R {
        look(&self.files().lock())
    }

    fn if_files<R>(&self, look: impl FnOnce(&FileSystem) -> R) -> Option<R> {
        self.files().if_asked().map(|files| look(&files))
    }

    fn streamed(&self) -> Streamed {
        Context::streamed(self)
    }

    fn asked_for_environment(&self) -> bool {
        Context::asked_for_environment(self)
    }

    fn refusals(&self) -> Vec<Refusal> {
        grants::refusals(self)
    }

    fn failures(&self) -> Vec<String> {
        self.failures_of_stores()
    }

    fn behind(store: &mut Store<ComponentState>, gate: &Arc<Gate>) {
        // Most of what components call is not ours, and knows of no gate.
        let gate = gate.clone();
        store.call_hook(move |_, hook| match hook {
            CallHook::CallingHost => gate.pass().map_err(wasmtime::Error::from),
            _ => Ok(()),
        });
    }

    async fn flush(&mut self) {
        Context::flush(self).await;
    }

    async fn call(
        store: &mut Store<ComponentState>,
        program: &ComponentProgram,
        instantiate: &mut Duration,
    ) -> Result<Called, Failed> {
        let began = Instant::now();
        let instance = program.linked.instantiate_async(&mut *store).await;
        *instantiate = began.elapsed();
        let failed = |error| Failed::Instantiate(link::Failed { module: program.name.clone(), error });
        let instance = instance.map_err(failed)?;
        let called = program.entry.call(store, &instance).await.map_err(Failed::Call)?;
        if let Some(returned) = &called.returned {
            // A value is what a function has to say, as its output is what a command has.
            store.data_mut().wasi.print(&format!("{}\n", returned.wave)).await;
        }
        #[cfg(feature = "compile")]
        if let Some(capture) = &program.capture
            && called.success
        {
            capture.component(store, &instance).await.map_err(Failed::Call)?;
        }
        Ok(called)
    }
}
