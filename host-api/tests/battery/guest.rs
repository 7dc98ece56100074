//! A component's guest without a component.

use std::ops::Deref;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_host_api::component::{Context, View};
use dayfly_host_api::fs::{Access, Builder, FileSystem, Mount, MountId};

pub(super) struct Guest(pub(super) Context);

impl View for Guest {
    fn context(&mut self) -> &mut Context {
        &mut self.0
    }
}

impl Guest {
    pub(super) fn new(files: FileSystem) -> Guest {
        Guest(Context::builder(files).build())
    }

    pub(super) fn files(&self) -> Box<dyn Deref<Target = FileSystem> + '_> {
        Box::new(self.0.files().lock())
    }
}

/// Files with an empty root that may be written.
pub(super) fn root(change: impl FnOnce(Builder) -> Builder) -> (tempfile::TempDir, FileSystem) {
    let folder = tempfile::tempdir().unwrap();
    let dir = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
    let builder = FileSystem::builder().root(Mount::dir(dir, Access::ReadWrite, MountId(0)));
    (folder, change(builder).build().unwrap())
}
