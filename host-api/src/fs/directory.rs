//! A folder that a guest, or a walk, holds open.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};

use super::display::DisplayPath;
use super::tree::NodeId;
use super::{Access, Errno, FileSystem};

/// A place in the guest's tree that is a folder.
#[derive(Clone, Debug)]
pub struct Directory {
    /// The folder on the host; none where a folder is there only because something is mounted below it.
    pub(super) folder: Option<Arc<OwnedFd>>,
    /// The mount that the folder lies in.
    pub(super) mount: usize,
    /// The node of the mount tree, if there are mounts here or below.
    pub(super) node: Option<NodeId>,
    /// Where it lies, for refusals.
    pub(super) path: DisplayPath,
}

impl Directory {
    /// The guest's path of this folder, for people: of a long one only the beginning, with `…` at its end.
    pub fn path(&self) -> &str {
        match self.path.as_str() {
            "" => "/",
            path => path,
        }
    }

    /// The guest's path of something in this folder.
    pub(super) fn path_of(&self, name: &str) -> DisplayPath {
        self.path.join(name)
    }
}

impl FileSystem {
    /// Whether anything may be made, changed or removed in a folder.
    pub fn is_writable(&self, directory: &Directory) -> bool {
        directory.folder.is_some() && self.tree.mount(directory.mount).access == Access::ReadWrite
    }

    /// Waits until a folder's entries are on the disk.
    ///
    /// # Errors
    /// The POSIX ones of `fsync`.
    pub fn sync_directory(&mut self, directory: &Directory) -> Result<(), Errno> {
        self.ledger.operation();
        let Some(folder) = &directory.folder else { return Ok(()) };
        // A handle of a walk is good for paths alone.
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::fsync(rustix::fs::openat(folder, ".", flags, Mode::empty())?)
    }
}
