//! Instantiating the modules of a program, each linked to those before it.

use wasmtime::{Extern, Instance, Linker, Module, Store};

use crate::entry::INITIALIZE;
use crate::graph::{Node, Origin, Provider};
use crate::guest::{CoreProgram, CoreState};

/// Why a program could not be instantiated.
#[derive(Debug)]
pub(crate) struct Failed {
    /// The module at which it failed.
    pub(crate) module: String,
    /// Why.
    pub(crate) error: wasmtime::Error,
}

/// Instantiates all modules of a program; gives the entry module's instance.
///
/// Each is instantiated once, so that all that import from it share its state. Start sections run, and `_initialize`
/// where an import module has it; `_start` of an import module is never called.
pub(crate) async fn instantiate(
    store: &mut Store<CoreState>,
    program: &CoreProgram,
) -> Result<Instance, Failed> {
    if let Some(linked) = &program.linked {
        let instance = linked.instantiate_async(&mut *store).await;
        return instance.map_err(|error| Failed { module: program.name.clone(), error });
    }
    let mut instances: Vec<Instance> = Vec::with_capacity(program.graph.nodes.len());
    for (node, module) in program.graph.nodes.iter().zip(&program.modules) {
        let instance = link(store, &program.linker, node, module, &instances).await;
        instances.push(instance.map_err(|error| Failed { module: node.module.name.clone(), error })?);
    }
    instances.pop().ok_or_else(|| Failed {
        module: program.name.clone(),
        error: wasmtime::Error::msg("there is no module to instantiate"),
    })
}

async fn link(
    store: &mut Store<CoreState>,
    linker: &Linker<CoreState>,
    node: &Node,
    module: &Module,
    instances: &[Instance],
) -> wasmtime::Result<Instance> {
    let mut externs = Vec::with_capacity(node.providers.len());
    for (import, provider) in node.interface.imports.iter().zip(&node.providers) {
        let found: Option<Extern> = match *provider {
            Provider::Host(host) => Some(linker.get(&mut *store, host.name(), &import.name)?),
            Provider::Module(index) => {
                instances.get(index).and_then(|instance| instance.get_export(&mut *store, &import.name))
            }
        };
        externs.push(found.ok_or_else(|| {
            wasmtime::Error::msg(format!("nothing provides `{}` of \"{}\"", import.name, import.module))
        })?);
    }
    let instance = Instance::new_async(&mut *store, module, &externs).await?;
    if node.origin != Origin::Entry
        && let Ok(initialize) = instance.get_typed_func::<(), ()>(&mut *store, INITIALIZE)
    {
        initialize.call_async(&mut *store, ()).await?;
    }
    Ok(instance)
}
