//! What tells whether a file is still the one that was checked.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;

/// What the system says of a file, and changes when the file does.
///
/// The time of the last change (ctime) is what counts: nobody but the system sets it. Two changes within one tick of
/// the file system's clock may share it, which helps nobody but the file's own user: nobody else may write to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Identity {
    pub(super) device: u64,
    pub(super) inode: u64,
    pub(super) size: u64,
    /// Seconds and nanoseconds.
    pub(super) modified: (i64, i64),
    /// Seconds and nanoseconds.
    pub(super) changed: (i64, i64),
}

impl Identity {
    pub(super) fn of(metadata: &Metadata) -> Identity {
        Identity {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}
