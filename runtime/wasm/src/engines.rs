//! The engines: one for each profile that is needed, with what its guests share.

use std::sync::{Arc, OnceLock};

use dayfly_core::{Ending, Limits, Program, Start};
use dayfly_host_api::fs::preview1;
use wasmtime::{Engine, Linker};

#[cfg(feature = "compile")]
use crate::compile::Compiler;
use crate::egress::Networks;
use crate::engine::EngineProfile;
use crate::executor::{BuildError, WasmExecutorBuilder};
use crate::gpu;
use crate::graph::Granted;
use crate::guest::CoreState;
use crate::interrupt::Interrupter;
use crate::load::{Loader, Maker};
use crate::prepare::{self, Prepared};
use crate::program::{Finder, Found};

/// All engines. Each is made when a guest comes that needs it, and one of them is made at once: few programs ever need
/// another.
pub(crate) struct Engines {
    pub(crate) builder: WasmExecutorBuilder,
    pub(crate) finder: Finder,
    made: Vec<(EngineProfile, Made)>,
    #[cfg(feature = "components")]
    pub(crate) functions: crate::function::Engines,
}

/// What is made when it is needed for the first time, or why it can't be.
type Made = OnceLock<Result<Arc<Shared>, String>>;

/// What the guests of one engine share.
pub(crate) struct Shared {
    pub(crate) profile: EngineProfile,
    pub(crate) engine: Engine,
    pub(crate) interrupter: Interrupter,
    linker: Linked,
    /// As the other one, and with what computes on GPUs: making that takes time, and few ask for it.
    gpu_linker: Linked,
    pub(crate) loader: Loader,
    pub(crate) networks: Networks,
    pub(crate) gpus: gpu::Machine,
}

/// What core modules are linked to, once one comes, or why there is nothing.
type Linked = OnceLock<Result<Arc<Linker<CoreState>>, String>>;

impl Engines {
    /// Engines, of which none is made.
    pub(crate) fn new(builder: WasmExecutorBuilder) -> Engines {
        Engines {
            builder,
            finder: Finder::default(),
            made: EngineProfile::ALL.iter().map(|&profile| (profile, OnceLock::new())).collect(),
            #[cfg(feature = "components")]
            functions: crate::function::Engines::default(),
        }
    }

    /// Makes the engine that most programs need which run to their end.
    ///
    /// # Errors
    /// This machine can't run what wasmtime compiles.
    pub(crate) fn make_batch(&self) -> Result<(), BuildError> {
        let shared = Shared::new(&self.builder, EngineProfile::Batch)?;
        if let Some((_, made)) = self.made.iter().find(|(profile, _)| *profile == EngineProfile::Batch) {
            // One that is there is as good.
            let _ = made.set(Ok(Arc::new(shared)));
        }
        Ok(())
    }

    /// What guests of a profile share.
    ///
    /// # Errors
    /// How the execution ends: there can be no such engine.
    pub(crate) fn shared(&self, profile: EngineProfile) -> Result<Arc<Shared>, Ending> {
        let make = || Shared::new(&self.builder, profile).map(Arc::new).map_err(|error| error.to_string());
        let made = self.made.iter().find(|(other, _)| *other == profile);
        let made = made.map_or_else(make, |(_, made)| made.get_or_init(make).clone());
        made.map_err(Ending::Unavailable)
    }

    /// Whether getting code waits for processes, which takes a runtime that waits for files.
    pub(crate) fn wait_for_processes(&self) -> bool {
        self.builder.waits_for_processes()
    }

    /// Finds a guest's program, gets its code on the engine that it needs, and links it.
    ///
    /// # Errors
    /// How the execution ends: a module is not valid, can't be linked or has no such entry point.
    pub(crate) async fn prepare(&self, start: &Start) -> Result<(Arc<Shared>, Prepared), Ending> {
        let Program::Wasm { module, entry_point, imports } = &start.program else {
            return Err(Ending::Fault("the WebAssembly executor was given another program".to_owned()));
        };
        // All that can be said without a compiler is said before one is asked.
        let program =
            self.finder.find(module, imports, start, &Granted::by(&start.egress).and(&start.grants))?;
        let shared = self.shared(self.profile(&program, &start.limits)?)?;
        let prepared = prepare::prepare(&shared, program, module, entry_point, start).await?;
        Ok((shared, prepared))
    }

    /// The profile that a program needs.
    ///
    /// # Errors
    /// How the execution ends: this host does not allow it.
    pub(crate) fn profile(&self, program: &Found, limits: &Limits) -> Result<EngineProfile, Ending> {
        let fuelled = limits.fuel.is_some();
        match program {
            Found::Core(_) => Ok(EngineProfile::of(false, fuelled)),
            #[cfg(feature = "components")]
            Found::Component(component) => {
                let concurrent = component.interface.concurrent;
                if concurrent {
                    self.allow_tasks(&component.module.name)?;
                }
                Ok(EngineProfile::of(concurrent, fuelled))
            }
        }
    }
}

#[cfg(feature = "components")]
impl Engines {
    /// Whether this host runs programs that have tasks, as those of WASI 0.3.
    ///
    /// # Errors
    /// How the execution ends: it does not.
    pub(crate) fn allow_tasks(&self, name: &str) -> Result<(), Ending> {
        if self.builder.wasi03 {
            return Ok(());
        }
        Err(Ending::Denied {
            what: format!("`{name}` is a component of WASI 0.3, which is experimental and has to be allowed"),
            remedy: "--wasi03 allows it".to_owned(),
        })
    }
}

impl Shared {
    fn new(builder: &WasmExecutorBuilder, profile: EngineProfile) -> Result<Shared, BuildError> {
        Ok(Shared::on(builder, profile, profile.engine().map_err(BuildError)?))
    }

    /// What the guests of an engine share.
    pub(crate) fn on(builder: &WasmExecutorBuilder, profile: EngineProfile, engine: Engine) -> Shared {
        let interrupter = Interrupter::new(&engine);
        let loader = Loader::new(builder.maker(&engine, profile));
        let (linker, gpu_linker, networks) = (OnceLock::new(), OnceLock::new(), Networks::default());
        let gpus = builder.gpus.clone();
        Shared { profile, engine, interrupter, linker, gpu_linker, loader, networks, gpus }
    }

    /// What core modules are linked to, those that compute on GPUs, or others. It is made when the first of them comes:
    /// each component has one of its own.
    ///
    /// # Errors
    /// How the execution ends: the host functions do not go together.
    pub(crate) fn linker(&self, computes: bool) -> Result<Arc<Linker<CoreState>>, Ending> {
        let make = || {
            let mut linker = Linker::new(&self.engine);
            let added = preview1::add_to_linker(&mut linker, CoreState::wasi);
            let added = added.and_then(|()| Networks::add_to_linker(&mut linker));
            let added = added.and_then(|()| match computes {
                true => gpu::Machine::add_to_linker(&mut linker),
                false => Ok(()),
            });
            added.map(|()| Arc::new(linker)).map_err(|error| format!("{error:#}"))
        };
        let linker = if computes { &self.gpu_linker } else { &self.linker };
        linker.get_or_init(make).clone().map_err(Ending::Fault)
    }
}

impl WasmExecutorBuilder {
    #[cfg(feature = "compile")]
    fn maker(&self, engine: &Engine, profile: EngineProfile) -> Maker {
        Maker::new(engine.clone(), profile, self.cache.clone(), self.compiler.clone())
    }

    /// Whether a process of its own compiles.
    #[cfg(feature = "compile")]
    fn waits_for_processes(&self) -> bool {
        matches!(self.compiler, Compiler::Child(_))
    }

    #[cfg(not(feature = "compile"))]
    #[allow(clippy::unused_self, reason = "with a compiler there is something to hand on")]
    fn maker(&self, _: &Engine, _: EngineProfile) -> Maker {
        Maker::default()
    }

    /// Nobody compiles.
    #[cfg(not(feature = "compile"))]
    #[allow(clippy::unused_self, reason = "with a compiler there is something to ask")]
    fn waits_for_processes(&self) -> bool {
        false
    }
}
