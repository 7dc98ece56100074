//! Doors for benches and fuzz targets to what is private otherwise: finding out who satisfies which import, planning, and
//! starting a program that is ready.

use std::sync::Arc;

use dayfly_core::plan::{Preparation, ProgramPlan};
use dayfly_core::{Egress, Ended, Ending, Error, ImportModule, Module, Start};
use wasmtime::{InstancePre, Linker, Store};

use crate::WasmExecutor;
use crate::engines::Shared;
use crate::graph::{Granted, Graph, Library};
use crate::interrupt::Interrupter;
use crate::prepare::{Linked, Prepared};
use crate::{guest, plan};

/// The names of a program's modules in the order in which they would be instantiated.
///
/// # Errors
/// How the execution ends: one is no module, or an import is not satisfied.
pub fn order(entry: &Module, imports: &[ImportModule]) -> Result<Vec<String>, Ending> {
    let graph = Graph::resolve(entry, imports, &Nowhere, &Granted::by(&Egress::none()))?;
    Ok(graph.nodes.into_iter().map(|node| node.module.name).collect())
}

/// What would be done with a program, on this thread.
#[must_use]
pub fn plan(executor: &WasmExecutor, preparation: &Preparation) -> ProgramPlan {
    plan::plan(&executor.engines, preparation)
}

/// No place where modules are found that are not listed.
struct Nowhere;

impl Library for Nowhere {
    fn find(&self, _: &str) -> Result<Option<Module>, Error> {
        Ok(None)
    }

    fn places(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A component that is compiled and linked.
#[cfg(feature = "components")]
pub struct WarmComponent {
    shared: Arc<Shared>,
    prepared: Prepared,
}

#[cfg(feature = "components")]
impl WarmComponent {
    /// Gets the program of `start` ready, which is a component.
    ///
    /// # Errors
    /// How the execution ends: the program can't be compiled or linked.
    pub async fn new(executor: &WasmExecutor, start: &Start) -> Result<WarmComponent, Ending> {
        let (shared, prepared) = executor.engines.prepare(start).await?;
        Ok(WarmComponent { shared, prepared })
    }

    /// Runs it as an execution does: its files, its streams, all limits, and an account at the end.
    pub async fn run(&self, start: Start) -> Ended {
        guest::run_prepared(&self.shared, &self.prepared, start).await
    }

    /// A store with nothing but wasmtime in it, and the component's code, for who links and runs it without dayfly.
    pub fn bare<T: 'static>(&self, data: T) -> Option<(Store<T>, &wasmtime::component::Component)> {
        let Linked::Component(program) = &self.prepared.linked else { return None };
        let mut store = Store::new(&self.shared.engine, data);
        Interrupter::leave_alone(&mut store);
        Some((store, program.linked.component()))
    }
}

#[cfg(feature = "components")]
impl std::fmt::Debug for WarmComponent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WarmComponent").finish_non_exhaustive()
    }
}

/// A store with nothing but wasmtime in it on the engine of a function, and the function's code, for who runs it without
/// dayfly. None for core modules.
#[cfg(feature = "components")]
pub fn bare_function<T: 'static>(
    function: &crate::Function,
    data: T,
) -> Option<(Store<T>, wasmtime::component::Component)> {
    function.bare(data)
}

/// A program that is compiled and linked.
pub struct Warm {
    shared: Arc<Shared>,
    prepared: Prepared,
    bare: InstancePre<()>,
    /// The entry point.
    entry: String,
}

impl Warm {
    /// Gets the program of `start` ready. It imports nothing, and has one module.
    ///
    /// # Errors
    /// How the execution ends: the program can't be compiled or linked.
    pub async fn new(executor: &WasmExecutor, start: &Start) -> Result<Warm, Ending> {
        let (shared, prepared) = executor.engines.prepare(start).await?;
        let fault = |error: &dyn std::fmt::Display| Ending::Fault(error.to_string());
        let program = match &prepared.linked {
            Linked::Core(program) => program,
            #[cfg(feature = "components")]
            Linked::Component(_) => return Err(fault(&"it is a component")),
        };
        let [only] = &program.modules[..] else { return Err(fault(&"it has several modules")) };
        let (bare, entry) = (Linker::new(&shared.engine).instantiate_pre(only), program.entry.name.clone());
        let bare = bare.map_err(|error| fault(&error))?;
        Ok(Warm { shared, prepared, bare, entry })
    }

    /// Runs it as an execution does: its files, its streams, all limits, and an account at the end.
    pub async fn run(&self, start: Start) -> Ended {
        guest::run_prepared(&self.shared, &self.prepared, start).await
    }

    /// Instantiates it and calls its entry point with wasmtime alone: no files, no streams, no limits.
    ///
    /// # Errors
    /// wasmtime's.
    pub async fn run_bare(&self) -> wasmtime::Result<()> {
        let mut store = Store::new(&self.shared.engine, ());
        Interrupter::leave_alone(&mut store);
        let instance = self.bare.instantiate_async(&mut store).await?;
        let entry = instance.get_typed_func::<(), ()>(&mut store, &self.entry)?;
        entry.call_async(&mut store, ()).await
    }
}

impl std::fmt::Debug for Warm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Warm").finish_non_exhaustive()
    }
}
