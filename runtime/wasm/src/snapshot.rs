//! Snapshots: modules that start as another one is after its initialisation.
//!
//! A module with a costly start exports a function that does the costly part. It is called once, in the sandbox, under
//! the limits of any other guest; what the module's memories and globals hold then becomes a new module's first state,
//! by [`wasmtime_wizer`]. Three steps, and each has its file:
//!
//! * `instrument`: the module is checked, and made to export what it otherwise keeps to itself.
//! * `capture`: when the function has returned, its `state` is copied out of the guest, which ends then.
//! * `write`: the state becomes data of the original module.

mod capture;
mod executor;
mod gaps;
mod instrument;
mod stand_in;
mod state;
mod write;

use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use capture::Capture;
pub use executor::Snapshotter;

/// How a snapshot is made.
#[derive(Clone, Debug, Default)]
#[must_use = "it says how, and does nothing by itself"]
pub struct Snapshot {
    init: Option<String>,
    renames: Vec<Rename>,
    keep_init: bool,
}

/// An export that gets another name.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Rename {
    to: String,
    from: String,
}

impl Snapshot {
    /// The functions that are called where none is named: the first one that a module exports.
    pub const INITS: [&str; 2] = ["wizer-initialize", "wizer.initialize"];

    /// One that calls the first of [`Snapshot::INITS`] which the module exports, and then exports it no more.
    pub fn new() -> Snapshot {
        Snapshot::default()
    }

    /// The function that is called; it takes nothing and gives nothing back. `_initialize` is called before it, where
    /// the module exports that, and is not exported any more.
    pub fn init(self, name: impl Into<String>) -> Snapshot {
        Snapshot { init: Some(name.into()), ..self }
    }

    /// The snapshot exports the module's function `from` as `to`, in the place of what had that name: another `_start`,
    /// say, for what was done already.
    pub fn rename(mut self, to: impl Into<String>, from: impl Into<String>) -> Snapshot {
        self.renames.push(Rename { to: to.into(), from: from.into() });
        self
    }

    /// The snapshot exports the function that was called all the same.
    pub fn keep_init(self) -> Snapshot {
        Snapshot { keep_init: true, ..self }
    }
}

/// Where a snapshot is when it was made.
#[derive(Clone, Debug, Default)]
pub struct Taken(Arc<Mutex<Option<Initialised>>>);

/// A module that starts already initialised.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Initialised {
    /// It, in binary form. The same module in the same state gives the same bytes.
    pub module: Vec<u8>,
    /// The function that was called.
    pub init: String,
    /// The bytes of the module that it was made of, in binary form.
    pub bytes_before: usize,
}

impl Taken {
    /// The snapshot, once; none if the run that was to make it failed, or is not over.
    pub fn take(&self) -> Option<Initialised> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, initialised: Initialised) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(initialised);
    }
}
