//! Who would satisfy which import.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use dayfly_core::plan::{ImportPlan, Preparation, Provider};
use dayfly_core::{Error, ImportModule, Module};

use crate::graph::{self, Granted, HostModule, Library, MAX_BYTES, MAX_MODULES, Node};
use crate::inspect::{MAX_ITEMS, MAX_NAME, MAX_TYPE, cut};
use crate::interface::{Import, Interface};

/// The inputs of a task as a library of modules, which remembers where it found each.
pub(super) struct Inputs<'a> {
    preparation: &'a Preparation,
    places: RefCell<HashMap<String, String>>,
}

impl<'a> Inputs<'a> {
    pub(super) fn new(preparation: &'a Preparation) -> Inputs<'a> {
        Inputs { preparation, places: RefCell::default() }
    }

    /// Where a module was found, if it was found here.
    pub(super) fn place(&self, name: &str) -> Option<String> {
        self.places.borrow().get(name).cloned()
    }
}

impl Library for Inputs<'_> {
    fn find(&self, name: &str) -> Result<Option<Module>, Error> {
        // Functions import from the modules that their job lists alone.
        if self.preparation.answers {
            return Ok(None);
        }
        Ok(self.preparation.find_module(name)?.map(|(module, place)| {
            self.places.borrow_mut().insert(name.to_owned(), place.to_owned());
            module
        }))
    }

    fn places(&self) -> Vec<String> {
        self.preparation.places().map(str::to_owned).collect()
    }
}

/// What a module imports, with who satisfies the import of each place.
pub(super) fn list(interface: &Interface, provider: impl Fn(usize) -> Provider) -> Vec<ImportPlan> {
    let imports = interface.imports.iter().take(MAX_ITEMS).enumerate();
    imports
        .map(|(index, import)| ImportPlan {
            module: cut(&import.module, MAX_NAME),
            name: cut(&import.name, MAX_NAME),
            ty: cut(&import.ty.to_string(), MAX_TYPE),
            provider: provider(index),
        })
        .collect()
}

/// Who satisfies the import of a place, in a program that can be linked.
pub(super) fn provider(node: &Node, index: usize, names: &[String], inputs: &Inputs<'_>) -> Provider {
    match node.providers.get(index) {
        Some(graph::Provider::Host(_)) => Provider::Host,
        Some(&graph::Provider::Module(other)) => Provider::Module {
            name: names.get(other).cloned().unwrap_or_default(),
            input: node.interface.imports.get(index).and_then(|import| inputs.place(&import.module)),
        },
        None => Provider::Nothing,
    }
}

/// Whether an import is one that dayfly satisfies where no module does.
pub(super) fn is_of_host(import: &Import, granted: &Granted) -> bool {
    HostModule::of(&import.module)
        .is_some_and(|host| granted.check(host).is_ok() && host.function(&import.name).is_some())
}

/// Who would satisfy imports by their names alone, in a program that can't be linked.
pub(super) struct Guessed<'a> {
    listed: Vec<(&'a ImportModule, HashSet<String>)>,
    inputs: &'a Inputs<'a>,
    granted: &'a Granted,
    found: RefCell<HashMap<String, Provider>>,
    /// The bytes of the modules that were found.
    bytes: Cell<usize>,
}

impl<'a> Guessed<'a> {
    pub(super) fn new(
        listed: &'a [ImportModule],
        inputs: &'a Inputs<'a>,
        granted: &'a Granted,
    ) -> Guessed<'a> {
        let listed = listed.iter().map(|listed| (listed, exports(&listed.module))).collect();
        Guessed { listed, inputs, granted, found: RefCell::default(), bytes: Cell::default() }
    }

    pub(super) fn provider(&self, import: &Import) -> Provider {
        let mut listed = self.listed.iter();
        if let Some((listed, exports)) =
            listed.find(|(listed, _)| listed.names.iter().any(|name| **name == *import.module))
        {
            return if exports.contains(&import.name) {
                Provider::Module { name: listed.module.name.clone(), input: None }
            } else {
                Provider::Nothing
            };
        }
        if HostModule::of(&import.module).is_some_and(|host| self.granted.check(host).is_ok()) {
            return if is_of_host(import, self.granted) { Provider::Host } else { Provider::Nothing };
        }
        let mut found = self.found.borrow_mut();
        // A run gives up there too.
        if !found.contains_key(&*import.module)
            && (found.len() >= MAX_MODULES || self.bytes.get() > MAX_BYTES)
        {
            return Provider::Nothing;
        }
        let provider = found.entry(import.module.to_string()).or_insert_with(|| {
            match self.inputs.find(&import.module) {
                Ok(Some(module)) => {
                    self.bytes.set(self.bytes.get().saturating_add(module.bytes.len()));
                    Provider::Module { name: module.name, input: self.inputs.place(&import.module) }
                }
                _ => Provider::Nothing,
            }
        });
        provider.clone()
    }
}

/// The names of what a module exports; none of one that can't be read.
fn exports(module: &Module) -> HashSet<String> {
    let binary = crate::module::binary(module).ok();
    let interface = binary.and_then(|binary| Interface::read(&binary).ok()).unwrap_or_default();
    interface.exports.into_iter().map(|export| export.name).collect()
}
