//! What a program consists of: core modules that are linked one to the other, or a component.

use dayfly_core::{Ending, ImportModule, Module};

#[cfg(feature = "components")]
use crate::compose::{Composed, Composer};
use crate::graph::{Granted, Graph, Library};

/// A program whose parts are known.
#[derive(Debug)]
pub(crate) enum Found {
    /// Core modules.
    Core(Graph),
    /// A component, or several that are put together.
    #[cfg(feature = "components")]
    Component(Composed),
}

/// What finds the parts of programs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Finder {
    #[cfg(feature = "components")]
    composer: Composer,
}

impl Finder {
    /// Finds the parts of a program.
    ///
    /// # Errors
    /// How the execution ends: one is no module, or an import is not satisfied.
    pub(crate) fn find(
        &self,
        entry: &Module,
        imports: &[ImportModule],
        library: &dyn Library,
        granted: &Granted,
    ) -> Result<Found, Ending> {
        #[cfg(feature = "components")]
        return self.composer.program(entry, imports, library, granted);
        #[cfg(not(feature = "components"))]
        Graph::resolve(entry, imports, library, granted).map(Found::Core)
    }
}
