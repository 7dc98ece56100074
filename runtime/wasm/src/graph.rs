//! Which module satisfies which import, found out before anything is compiled.

mod host;
pub(crate) mod message;
mod resolve;
#[cfg(test)]
#[cfg(feature = "compile")]
mod tests;

use std::sync::Arc;

use dayfly_core::{Ending, Error, ImportModule, Module};

use crate::interface::Interface;
pub(crate) use host::{Granted, HostModule};
pub(crate) use resolve::{MAX_BYTES, MAX_MODULES};

/// The module name of WASI preview 1.
pub(crate) const PREVIEW1: &str = "wasi_snapshot_preview1";

/// All modules of a program.
#[derive(Debug)]
pub(crate) struct Graph {
    /// In the order in which they are instantiated: what a module imports comes before it, the modules that the job
    /// lists keep their order otherwise, and the entry module is the last.
    pub(crate) nodes: Vec<Node>,
    /// What is ambiguous in it, in words.
    pub(crate) warnings: Vec<String>,
}

/// A module with who satisfies its imports.
#[derive(Debug)]
pub(crate) struct Node {
    /// The module, as it was found.
    pub(crate) module: Module,
    /// It in binary form.
    pub(crate) binary: Arc<[u8]>,
    /// What it imports and exports.
    pub(crate) interface: Interface,
    /// The names under which others may import it.
    pub(crate) names: Vec<String>,
    /// How it got here.
    pub(crate) origin: Origin,
    /// Who satisfies each import of the interface.
    pub(crate) providers: Vec<Provider>,
}

/// How a module came to be part of a program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Origin {
    /// It is the program.
    Entry,
    /// The job lists it.
    Listed,
    /// A module that is imported has the name of an input.
    Found,
}

/// Who satisfies an import.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Provider {
    /// dayfly.
    Host(HostModule),
    /// The node of that index.
    Module(usize),
}

impl Node {
    /// The nodes that satisfy any of its imports.
    pub(crate) fn others(&self) -> impl Iterator<Item = usize> {
        self.providers.iter().filter_map(|provider| match provider {
            Provider::Host(_) => None,
            Provider::Module(index) => Some(*index),
        })
    }
}

/// Where modules are found that the job does not list.
pub(crate) trait Library {
    /// The module that the module name of an import stands for.
    fn find(&self, name: &str) -> Result<Option<Module>, Error>;

    /// Where it looks, for messages.
    fn places(&self) -> Vec<String>;

    /// Whether nobody waits for the answer any more: then no further module is looked at.
    fn stopped(&self) -> bool {
        false
    }
}

impl Library for dayfly_core::Start {
    fn find(&self, name: &str) -> Result<Option<Module>, Error> {
        self.find_module(name)
    }

    fn places(&self) -> Vec<String> {
        dayfly_core::Start::places(self).map(str::to_owned).collect()
    }

    fn stopped(&self) -> bool {
        self.cancel.is_cancelled()
    }
}

impl Graph {
    /// Finds out who satisfies which import, for a guest that has what is `granted`.
    ///
    /// # Errors
    /// How the execution ends: bytes that are no module, an import that nothing satisfies or that is of another type,
    /// modules that import each other in a circle.
    pub(crate) fn resolve(
        entry: &Module,
        imports: &[ImportModule],
        library: &dyn Library,
        granted: &Granted,
    ) -> Result<Graph, Ending> {
        resolve::resolve(entry, imports, library, granted)
    }

    /// Whether any of it imports what computes on GPUs.
    pub(crate) fn computes(&self) -> bool {
        let mut providers = self.nodes.iter().flat_map(|node| &node.providers);
        providers.any(|provider| *provider == Provider::Host(HostModule::Gpu))
    }

    /// The entry module.
    pub(crate) fn entry(&self) -> Option<&Node> {
        self.nodes.last()
    }
}
