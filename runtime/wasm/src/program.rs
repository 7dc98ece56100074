//! What a program consists of: core modules that are linked one to the other, or a component.

use dayfly_core::{Egress, Ending, ImportModule, Module};

#[cfg(feature = "components")]
use crate::component;
use crate::graph::{Granted, Graph, Library};
use crate::module;
use crate::native::Kind;

/// A program whose parts are known.
pub(crate) enum Found {
    /// Core modules.
    Core(Graph),
    /// A component.
    #[cfg(feature = "components")]
    Component(component::Found),
}

/// Finds the parts of a program.
///
/// # Errors
/// How the execution ends: one is no module, or an import is not satisfied.
pub(crate) fn find(
    entry: &Module,
    imports: &[ImportModule],
    library: &dyn Library,
    egress: &Egress,
) -> Result<Found, Ending> {
    let granted = Granted::by(egress);
    match Kind::of(&module::any_binary(entry)?) {
        Kind::Module => Graph::resolve(entry, imports, library, &granted).map(Found::Core),
        #[cfg(feature = "components")]
        Kind::Component => component::find(entry, imports, &granted).map(Found::Component),
    }
}
