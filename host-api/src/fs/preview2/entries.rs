//! `directory-entry-stream`.

use wasmtime::component::Resource;

use super::bindings::wasi::filesystem::types::{DirectoryEntry, HostDirectoryEntryStream};
use super::convert::kind;
use crate::fs::descriptor::{Entries, Failure, FilesView};

impl HostDirectoryEntryStream for FilesView<'_> {
    fn read_directory_entry(&mut self, stream: Resource<Entries>) -> Result<Option<DirectoryEntry>, Failure> {
        let entry = self.table.get_mut(&stream)?.take(1)?.pop();
        Ok(entry.map(|entry| DirectoryEntry { type_: kind(entry.kind), name: entry.name }))
    }

    fn drop(&mut self, stream: Resource<Entries>) -> wasmtime::Result<()> {
        self.table.delete(stream)?;
        Ok(())
    }
}
