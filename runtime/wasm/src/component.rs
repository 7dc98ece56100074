//! Components: what they import and export, how they are linked, and how they are started.

mod entry;
mod interface;
mod invoke;

use dayfly_core::Ending;
use dayfly_host_api::component as host;
use wasmtime::component::{Component, InstancePre, Linker};

use crate::guest::ComponentState;
pub(crate) use entry::{Entry, Ready};
pub(crate) use interface::{Interface, WEBGPU};

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
