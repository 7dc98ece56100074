//! How calls fail.

use wasmtime::component::ResourceTableError;

use crate::fs::Errno;

/// Why a call fails.
#[derive(Debug)]
pub enum Failure {
    /// The guest is told.
    Told(Errno),
    /// The guest ends: it used a handle that it does not have, or wants more of them than there are.
    Trap(wasmtime::Error),
}

impl From<Errno> for Failure {
    fn from(error: Errno) -> Failure {
        Failure::Told(error)
    }
}

impl From<ResourceTableError> for Failure {
    fn from(error: ResourceTableError) -> Failure {
        Failure::Trap(error.into())
    }
}
