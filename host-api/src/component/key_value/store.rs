//! The stores that a guest is granted.

#[cfg(feature = "keyvalue")]
use std::path::PathBuf;

#[cfg(feature = "keyvalue")]
use cap_std::fs::Dir;

use super::backend::{Backend, Failure};
use super::memory::Memory;
#[cfg(feature = "keyvalue")]
use super::sqlite::{Folder, Sqlite};
use crate::fs::display::shortened;
use crate::net::tally::Tally;

/// The store that a guest opens by no name, as those do that are built for wasmtime.
const DEFAULT: &str = "default";

/// A store that a guest is granted.
#[derive(Debug)]
pub struct Store {
    name: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Memory,
    #[cfg(feature = "keyvalue")]
    Folder(Folder),
}

/// Something about stores that was refused to a guest. What the guest may keep in files is counted and refused with its
/// files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// What.
    pub kind: RefusalKind,
    /// The store that it asked for; of a long name only the beginning.
    pub store: String,
    /// How often.
    pub count: u64,
}

/// Why something about stores was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// There is no store of that name for this guest.
    Unknown,
    /// The bytes that its stores in memory may hold are used up.
    Memory,
}

impl Store {
    /// A store that is kept in memory, and ends with the guest.
    #[must_use]
    pub fn in_memory(name: impl Into<String>) -> Store {
        Store { name: name.into(), place: Place::Memory }
    }

    /// A store that is kept in a file in a folder. `path` leads to the folder; that it does is checked when the store is
    /// opened.
    #[cfg(feature = "keyvalue")]
    #[must_use]
    pub fn in_folder(name: impl Into<String>, folder: Dir, path: PathBuf) -> Store {
        Store { name: name.into(), place: Place::Folder(Folder { folder, path }) }
    }
}

/// All stores of a guest.
#[derive(Default)]
pub(crate) struct Stores {
    list: Vec<State>,
    refusals: Tally<(RefusalKind, String)>,
    failures: Tally<String>,
    /// What the stores in memory hold together.
    pub(super) in_memory: i64,
    /// How many handles for swaps the guest has.
    pub(super) swaps: usize,
}

/// One store.
pub(super) struct State {
    pub(super) store: Store,
    /// Made when the guest opens it first.
    pub(super) backend: Option<Box<dyn Backend>>,
}

impl Stores {
    pub(crate) fn new(stores: Vec<Store>) -> Stores {
        let list = stores.into_iter().map(|store| State { store, backend: None }).collect();
        Stores { list, ..Stores::default() }
    }

    /// What was refused so far.
    pub(crate) fn refusals(&self) -> Vec<Refusal> {
        let refusals = self.refusals.list().into_iter();
        refusals.map(|((kind, store), count)| Refusal { kind, store, count }).collect()
    }

    /// What went wrong with stores that the guest may use, for its user.
    pub(crate) fn failures(&self) -> Vec<String> {
        self.failures.list().into_iter().map(|(why, _)| why).collect()
    }

    /// The store that an identifier means.
    pub(super) fn named(&self, identifier: &str) -> Option<usize> {
        let name = if identifier.is_empty() { DEFAULT } else { identifier };
        self.list.iter().position(|state| state.store.name == name)
    }

    pub(super) fn state(&mut self, index: usize) -> Option<&mut State> {
        self.list.get_mut(index)
    }

    pub(super) fn refuse(&self, kind: RefusalKind, store: &str) {
        self.refusals.add((kind, shortened(store)));
    }

    /// Notes for the guest's user that a store can't be used.
    pub(super) fn fail(&self, index: usize, why: &str) {
        let name = self.list.get(index).map(|state| state.store.name.as_str()).unwrap_or_default();
        self.failures.add(format!("the store `{}` can't be used: {why}", shortened(name)));
    }
}

impl State {
    /// Makes ready what keeps the store.
    ///
    /// # Errors
    /// It can't be.
    pub(super) fn open(&mut self) -> Result<(), Failure> {
        if self.backend.is_none() {
            self.backend = Some(match &self.store.place {
                Place::Memory => Box::new(Memory::default()),
                #[cfg(feature = "keyvalue")]
                Place::Folder(folder) => Box::new(Sqlite::open(folder, &self.store.name)?),
            });
        }
        Ok(())
    }

    pub(super) fn is_in_memory(&self) -> bool {
        matches!(self.store.place, Place::Memory)
    }

    pub(super) fn name(&self) -> &str {
        &self.store.name
    }
}
