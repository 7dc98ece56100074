//! `wasi:filesystem@0.3`, over the core of [`fs`](crate::fs).
//!
//! Its functions may wait and these never do: what they ask of the host is done on the guest's thread when they are called.
//! Streams read from files into the guest's memory, and write to files out of it.

pub mod bindings;
mod convert;
mod descriptor;
mod ending;
mod entries;
mod pace;
mod preopens;
mod read;
mod streams;
mod write;

use wasmtime::component::Linker;

pub use super::descriptor::{Descriptor, Failure, Files, FilesView, files};

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
