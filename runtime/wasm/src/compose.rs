//! Programs that are components: which component satisfies which import of which other one, and one component made of
//! them all.
//!
//! The import modules of a job satisfy the imports of the entry component, and each other's, by the names of interfaces
//! and their versions; dayfly satisfies what is left. Who satisfies what is found
//! out from names alone, which is quick. The components are put together when somebody wants the result, and not where
//! its code is kept already, under the digests of its parts.
//!
//! A core module that says by a `component-type` section which component it wants to be becomes that component first.

pub(crate) mod adapt;
mod build;
mod instance;
mod key;
mod made;
mod message;
mod name;
mod resolve;
mod shape;
#[cfg(test)]
#[cfg(feature = "compile")]
mod tests;
mod weight;
mod wit;

use std::sync::Arc;

use dayfly_core::{Digest, Ending, ImportModule, Module};
use dayfly_host_api::component as host;

use crate::component::Interface;
use crate::graph::{Granted, Library, Origin};
use crate::load::Binary;
use crate::native::Kind;
use crate::program::Found;
pub(crate) use build::FEATURES;
use made::Made;
pub(crate) use resolve::is_component;
pub(crate) use shape::{Import, Shape};

/// Whether an export of one name satisfies an import of another one, by the names alone.
pub(crate) fn fits(export: &str, import: &str) -> bool {
    name::fit(export, import).is_some()
}

/// Puts programs together, and remembers the last ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Composer {
    made: Arc<Made>,
}

impl Composer {
    /// Finds out what a program is made of, and who satisfies which import, for a guest that has what is `granted`.
    ///
    /// # Errors
    /// How the execution ends: bytes that are neither a module nor a component, an import that nothing satisfies,
    /// components that import each other in a circle, core modules among components.
    pub(crate) fn program(
        &self,
        entry: &Module,
        imports: &[ImportModule],
        library: &dyn Library,
        granted: &Granted,
    ) -> Result<Found, Ending> {
        resolve::program(&self.made, entry, imports, library, granted)
    }
}

/// A program that is one component, or several that are put together.
#[derive(Clone, Debug)]
pub(crate) struct Composed {
    /// The program as a module: its name is that of the entry component, and its digest names its code. Where there is
    /// but one component, that is the digest of the file; else it stands for the digests of the parts and for who
    /// satisfies whom.
    pub(crate) module: Module,
    /// The components that are part of it, in the order in which they are instantiated: what a component imports comes
    /// before it, and the entry component is the last. Import modules that nothing imports come before all.
    pub(crate) parts: Vec<Part>,
    /// What it imports of dayfly, of one interface maybe several versions; and what it exports, which is what the entry
    /// component does.
    pub(crate) interface: Interface,
    /// What is ambiguous in it, in words.
    pub(crate) warnings: Vec<String>,
    made: Arc<Made>,
}

impl Binary for Composed {
    fn kind(&self) -> Kind {
        Kind::Component
    }

    /// The program in binary form. It is made once, and remembered for a while.
    ///
    /// # Errors
    /// How the execution ends: what a component exports is not what the one that imports it expects.
    fn binary(&self) -> Result<Arc<[u8]>, Ending> {
        match self.used().collect::<Vec<_>>()[..] {
            [only] => Ok(only.binary.clone()),
            _ => self.made.or_make(&self.module.digest, || build::build(self)),
        }
    }
}

impl Composed {
    /// The components that it is made of, without those that nothing imports.
    pub(crate) fn used(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.used)
    }
}

/// A component with who satisfies its imports.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// It, as it was found.
    pub(crate) module: Module,
    /// It in binary form.
    pub(crate) binary: Arc<[u8]>,
    /// What names it: the digest of its file, or of what was made of that.
    digest: Digest,
    /// It was found as a core module, and made a component.
    pub(crate) adapted: bool,
    /// What it imports and exports.
    pub(crate) shape: Shape,
    /// The names that it has as a module.
    pub(crate) names: Vec<String>,
    /// How it got here.
    pub(crate) origin: Origin,
    /// Whether it is the entry component, or anything imports it.
    pub(crate) used: bool,
    /// Who satisfies each import; empty where it is not used.
    pub(crate) providers: Vec<Provider>,
}

/// Who satisfies an import of a component.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Provider {
    /// dayfly.
    Host(&'static host::Interface),
    /// The part of that index, by an export of that name.
    Part(usize, String),
    /// The part of that index as a whole: it is imported as an instance by its name as a module.
    Whole(usize),
    /// Nobody has to: it is but another name for a type.
    Nobody,
}
