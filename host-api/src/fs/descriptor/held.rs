//! Files and folders that are closed with the last one who has them.

use crate::fs::{Directory, OpenFile, SharedFiles};

/// A file that is open, and counted, for as long as this is there.
#[derive(Debug)]
pub(super) struct HeldFile {
    pub(super) files: SharedFiles,
    pub(super) file: OpenFile,
}

impl Drop for HeldFile {
    fn drop(&mut self) {
        self.files.lock().closing(&self.file);
    }
}

/// A folder that is open, and counted, for as long as this is there.
#[derive(Debug)]
pub(super) struct HeldDirectory {
    pub(super) files: SharedFiles,
    pub(super) directory: Directory,
    /// The root is the guest's from the start, and not counted.
    pub(super) counted: bool,
}

impl Drop for HeldDirectory {
    fn drop(&mut self) {
        if self.counted {
            self.files.lock().closing_directory();
        }
    }
}
