//! What functions on files work on.

use wasmtime::component::{HasData, Resource, ResourceTable, ResourceTableError};

use super::Descriptor;
use crate::component::View;
use crate::fs::SharedFiles;

/// Says that functions work on a [`FilesView`].
#[derive(Debug)]
pub struct Files;

impl HasData for Files {
    type Data<'a> = FilesView<'a>;
}

/// A guest's files, and the table of what it holds.
#[derive(Debug)]
pub struct FilesView<'a> {
    pub(in crate::fs) table: &'a mut ResourceTable,
    files: &'a SharedFiles,
}

/// The view of a guest.
pub fn files<T: View>(data: &mut T) -> FilesView<'_> {
    let context = data.context();
    FilesView { table: &mut context.table, files: &context.files }
}

impl FilesView<'_> {
    /// The table of what the guest holds: files, streams and all else.
    pub fn table(&mut self) -> &mut ResourceTable {
        self.table
    }

    /// What a guest starts with: its root, as a program of preview 1 has it.
    pub(in crate::fs) fn preopens(
        &mut self,
    ) -> Result<Vec<(Resource<Descriptor>, String)>, ResourceTableError> {
        let root = self.table.push(Descriptor::root(self.files))?;
        Ok(vec![(root, "/".to_owned())])
    }
}
