//! What is mounted.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use cap_std::fs::{Dir, File};

/// Names a mount in refusals. Its maker chooses the number.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct MountId(pub u32);

/// What a guest may do below a mount.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// Look and read.
    ReadOnly,
    /// Change everything too.
    ReadWrite,
}

/// A folder or a single file that a guest sees. It is held open: what was checked when it was opened is what
/// the guest gets.
#[derive(Clone, Debug)]
pub struct Mount {
    pub(super) object: Object,
    pub(super) access: Access,
    pub(super) id: MountId,
}

/// What is mounted.
#[derive(Clone, Debug)]
pub(super) enum Object {
    Folder(Arc<OwnedFd>),
    File(Arc<OwnedFd>),
}

impl Mount {
    /// A folder with everything below it.
    pub fn dir(dir: Dir, access: Access, id: MountId) -> Mount {
        Mount { object: Object::Folder(Arc::new(dir.into_std_file().into())), access, id }
    }

    /// A single regular file, open for reading, and for writing too where `access` says so. It can't be removed or
    /// renamed: that would need the folder that it lies in.
    pub fn file(file: File, access: Access, id: MountId) -> Mount {
        Mount { object: Object::File(Arc::new(file.into_std().into())), access, id }
    }
}
