//! Files that a front shares with the streams that it gives away.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::FileSystem;

/// A guest's files, for streams that outlive the call that made them. All of them are on the guest's thread, so that
/// nobody ever waits for the lock.
#[derive(Clone, Debug)]
pub struct SharedFiles(Arc<Mutex<FileSystem>>);

impl SharedFiles {
    /// Shares a guest's files.
    pub fn new(files: FileSystem) -> SharedFiles {
        SharedFiles(Arc::new(Mutex::new(files)))
    }

    /// The files, for one operation.
    pub fn lock(&self) -> MutexGuard<'_, FileSystem> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
