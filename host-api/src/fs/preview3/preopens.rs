//! `wasi:filesystem/preopens`: the root.

use wasmtime::component::Resource;

use super::bindings::wasi::filesystem::preopens::Host;
use crate::fs::descriptor::{Descriptor, FilesView};

impl Host for FilesView<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Resource<Descriptor>, String)>> {
        Ok(self.preopens()?)
    }
}
