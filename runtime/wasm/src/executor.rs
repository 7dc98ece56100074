//! The executor: what all guests share, and the thread that each of them gets.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use dayfly_core::plan::{Preparation, ProgramPlan};
use dayfly_core::{Ended, Ending, Executor, Limits, Program, Start};
use dayfly_host_api::fs::preview1;
use dayfly_spec::model::Engine as EngineSpec;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio_util::sync::DropGuard;
use wasmtime::{Engine, InstancePre, Linker};

#[cfg(feature = "compile")]
use crate::cache::CodeCache;
#[cfg(feature = "compile")]
use crate::compile::Compiler;
use crate::egress::Networks;
use crate::engine::EngineProfile;
use crate::entry::Entry;
use crate::graph::{Granted, Graph, Node};
use crate::guest::{self, State};
use crate::interrupt::Interrupter;
use crate::load::{Loaded, Loader, Maker};
use crate::plan;
use crate::thread::on_a_thread;

/// Modules of one program that are compiled at a time.
const MAX_PARALLEL: usize = 8;

/// Runs WebAssembly: core modules of WASI preview 1, binary or text.
#[derive(Clone)]
pub struct WasmExecutor {
    pub(crate) shared: Arc<Shared>,
    fuelled: Arc<Fuelled>,
}

/// What is made when the first guest comes whose fuel is counted: few ever are.
struct Fuelled {
    builder: WasmExecutorBuilder,
    shared: OnceLock<Result<Arc<Shared>, String>>,
}

/// What the guests of one engine share.
pub(crate) struct Shared {
    pub(crate) profile: EngineProfile,
    pub(crate) engine: Engine,
    pub(crate) interrupter: Interrupter,
    linker: Arc<Linker<State>>,
    pub(crate) loader: Loader,
    pub(crate) networks: Networks,
}

/// A program that can be instantiated at once.
pub(crate) struct Prepared {
    /// The entry module's name, which is the guest's first argument.
    pub(crate) name: String,
    /// Its modules, and who satisfies which import.
    pub(crate) graph: Graph,
    /// Their code, in the same order.
    pub(crate) modules: Vec<Loaded>,
    /// The entry module, if there is no other one.
    pub(crate) linked: Option<InstancePre<State>>,
    /// What dayfly provides.
    pub(crate) linker: Arc<Linker<State>>,
    pub(crate) entry: Entry,
}

/// Why there is no executor: this machine can't run what wasmtime compiles.
#[derive(Debug, thiserror::Error)]
#[error("WebAssembly can't be run on this machine: {0:#}")]
pub struct BuildError(wasmtime::Error);

/// Puts a [`WasmExecutor`] together.
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct WasmExecutorBuilder {
    #[cfg(feature = "compile")]
    cache: Option<CodeCache>,
    #[cfg(feature = "compile")]
    compiler: Compiler,
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

    /// An executor with an engine of its own.
    ///
    /// # Errors
    /// This machine can't run what wasmtime compiles.
    pub fn build(self) -> Result<WasmExecutor, BuildError> {
        let shared = Arc::new(self.shared(EngineProfile::Batch)?);
        let fuelled = Arc::new(Fuelled { builder: self, shared: OnceLock::new() });
        Ok(WasmExecutor { shared, fuelled })
    }

    fn shared(&self, profile: EngineProfile) -> Result<Shared, BuildError> {
        let engine = profile.engine().map_err(BuildError)?;
        let mut linker = Linker::new(&engine);
        preview1::add_to_linker(&mut linker, State::wasi).map_err(BuildError)?;
        Networks::add_to_linker(&mut linker).map_err(BuildError)?;
        let interrupter = Interrupter::new(&engine);
        let loader = Loader::new(self.maker(&engine, profile));
        let (linker, networks) = (Arc::new(linker), Networks::default());
        Ok(Shared { profile, engine, interrupter, linker, loader, networks })
    }

    #[cfg(feature = "compile")]
    fn maker(&self, engine: &Engine, profile: EngineProfile) -> Maker {
        Maker::new(engine.clone(), profile, self.cache.clone(), self.compiler.clone())
    }

    #[cfg(not(feature = "compile"))]
    #[allow(clippy::unused_self, reason = "with a compiler there is something to hand on")]
    fn maker(&self, _: &Engine, _: EngineProfile) -> Maker {
        Maker::default()
    }
}

impl WasmExecutor {
    /// Starts to put an executor together.
    pub fn builder() -> WasmExecutorBuilder {
        WasmExecutorBuilder::default()
    }

    /// What guests with these limits share.
    ///
    /// # Errors
    /// How the execution ends: there can be no engine that counts fuel.
    fn shared(&self, limits: &Limits) -> Result<Arc<Shared>, Ending> {
        if limits.fuel.is_none() {
            return Ok(self.shared.clone());
        }
        let make = || self.fuelled.builder.shared(EngineProfile::Fuelled).map(Arc::new);
        let made = self.fuelled.shared.get_or_init(|| make().map_err(|error| error.to_string()));
        made.clone().map_err(Ending::Unavailable)
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
        // Dropping this future stops the guest: its thread holds what it uses until it is gone.
        let _stop: DropGuard = {
            start.cancel = start.cancel.child_token();
            start.cancel.clone().drop_guard()
        };
        let shared = match self.shared(&start.limits) {
            Ok(shared) => shared,
            Err(ending) => return Ended::before_start(ending),
        };
        on_a_thread("dayfly-guest", move || guest::run(&shared, start))
            .await
            .unwrap_or_else(Ended::before_start)
    }

    async fn plan(&self, preparation: Preparation) -> ProgramPlan {
        let program = preparation.program.clone();
        let planned = match self.shared(&preparation.limits) {
            Ok(shared) => on_a_thread("dayfly-plan", move || plan::plan(&shared, &preparation)).await,
            Err(ending) => Err(ending),
        };
        planned
            .unwrap_or_else(|ending| ProgramPlan { endings: vec![ending], ..ProgramPlan::unknown(&program) })
    }
}

impl Shared {
    /// Finds a program's modules, gets their code and links them.
    ///
    /// # Errors
    /// How the execution ends: a module is not valid, can't be linked or has no such entry point.
    pub(crate) async fn prepare(&self, start: &Start) -> Result<Prepared, Ending> {
        let Program::Wasm { module, entry_point, imports } = &start.program else {
            return Err(Ending::Fault("the WebAssembly executor was given another program".to_owned()));
        };
        // All that can be said without a compiler is said before one is asked.
        let graph = Graph::resolve(module, imports, start, &Granted::by(&start.egress))?;
        let interface = graph.entry().map(|node| &node.interface);
        let interface =
            interface.ok_or_else(|| Ending::Fault("a program without an entry module".to_owned()))?;
        let entry = Entry::of(interface, &module.name, entry_point)?;
        let modules = self.load(&graph.nodes, start).await?;
        let linked = match &modules[..] {
            [only] => Some(self.linked(&module.name, only)?),
            _ => None,
        };
        let linker = self.linker.clone();
        Ok(Prepared { name: module.name.clone(), graph, modules, linked, linker, entry })
    }

    /// The code of modules. Those that are new are compiled at the same time.
    async fn load(&self, nodes: &[Node], start: &Start) -> Result<Vec<Loaded>, Ending> {
        let loads = nodes
            .iter()
            .map(|node| self.loader.load(&node.module, &node.binary, &start.cancel, &start.reporter));
        stream::iter(loads).buffered(MAX_PARALLEL).try_collect().await
    }

    /// A module that imports nothing but what dayfly provides, ready to be instantiated any number of times.
    fn linked(&self, name: &str, loaded: &Loaded) -> Result<InstancePre<State>, Ending> {
        if let Some(linked) = loaded.code.linked.get() {
            return Ok(linked.clone());
        }
        let linked = self.linker.instantiate_pre(&loaded.module);
        let linked =
            linked.map_err(|error| Ending::Invalid(format!("`{name}` can't be linked: {error:#}")))?;
        Ok(loaded.code.linked.get_or_init(|| linked).clone())
    }
}
