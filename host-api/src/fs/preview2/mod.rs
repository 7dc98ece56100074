//! `wasi:filesystem@0.2`, over the core of [`fs`](crate::fs).
//!
//! Every function does what it has to on the guest's thread and answers; streams do too, so that nothing is ever waited
//! for and all of them are ready always.

pub mod bindings;
mod convert;
mod descriptor;
mod entries;
mod input;
mod output;
mod preopens;
mod types;

use wasmtime::component::Linker;

pub use super::descriptor::{Descriptor, Entries, Failure, Files, FilesView, files};

use self::bindings::wasi::filesystem;
use crate::component::View;

/// Defines one interface of the package.
pub(super) fn define<T: View>(linker: &mut Linker<T>, name: &str) -> wasmtime::Result<()> {
    match name {
        "wasi:filesystem/preopens" => filesystem::preopens::add_to_linker::<T, Files>(linker, files),
        "wasi:filesystem/types" => filesystem::types::add_to_linker::<T, Files>(linker, files),
        _ => Ok(()),
    }
}
