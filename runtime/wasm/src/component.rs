//! Components: what they import and export, how they are linked, and how they are started.

mod entry;
mod interface;

use std::sync::Arc;

use dayfly_core::{Ending, ImportModule, Module};
use dayfly_host_api::component as host;
use wasmtime::component::{Component, InstancePre, Linker};

use crate::graph::Granted;
use crate::guest::ComponentState;
use crate::module;
use crate::words;
pub(crate) use entry::Entry;
pub(crate) use interface::Interface;

/// A component with who satisfies its imports: dayfly.
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) binary: Arc<[u8]>,
    pub(crate) interface: Interface,
    /// What its user should know.
    pub(crate) warnings: Vec<String>,
}

/// Finds the parts of a component.
///
/// # Errors
/// How the execution ends: it is none, or an import is not satisfied.
pub(crate) fn find(entry: &Module, imports: &[ImportModule], granted: &Granted) -> Result<Found, Ending> {
    let _ = imports;
    let binary = module::any_binary(entry)?;
    let interface = Interface::read(&binary).map_err(|error| module::invalid(entry, &error))?;
    for import in &interface.imports {
        let Some(known) = host::Interface::of(import) else {
            return Err(Ending::Invalid(format!(
                "the component `{}` imports `{}`, which nothing provides",
                entry.name,
                words::name(import)
            )));
        };
        if let Err(denied) = granted.interface(known.need) {
            let remedy = denied.remedy.as_ref().map(|remedy| format!("; {remedy}")).unwrap_or_default();
            return Err(Ending::Invalid(format!(
                "the component `{}` imports `{import}`, and {}{remedy}",
                entry.name, denied.what
            )));
        }
    }
    Ok(Found { name: entry.name.clone(), binary, interface, warnings: Vec::new() })
}

/// Links a component to the interfaces that dayfly has, as far as it imports them: defining all of them would cost a
/// short run more than the run.
///
/// # Errors
/// How the execution ends: an import is of another type than what dayfly has.
pub(crate) fn link(
    name: &str,
    component: &Component,
    interface: &Interface,
) -> Result<InstancePre<ComponentState>, Ending> {
    let mut linker = Linker::new(component.engine());
    let imports = interface.imports.iter().map(String::as_str);
    host::add_to_linker(&mut linker, imports).map_err(|error| Ending::Fault(format!("{error:#}")))?;
    let linked = linker.instantiate_pre(component);
    linked.map_err(|error| Ending::Invalid(format!("`{name}` can't be linked: {error:#}")))
}
