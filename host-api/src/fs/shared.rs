//! Files that a front shares with the streams that it gives away.

use std::cell::LazyCell;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::FileSystem;

/// A guest's files, for streams that outlive the call that made them. All of them are on the guest's thread, so that
/// nobody ever waits for the lock.
#[derive(Clone)]
pub struct SharedFiles(Arc<Mutex<Files>>);

/// Files that are made when they are first asked for.
struct Files {
    files: LazyCell<FileSystem, Make>,
    asked: bool,
}

type Make = Box<dyn FnOnce() -> FileSystem + Send>;

/// A guest's files, for one operation.
pub struct Locked<'a>(MutexGuard<'a, Files>);

impl SharedFiles {
    /// Shares a guest's files.
    pub fn new(files: FileSystem) -> SharedFiles {
        SharedFiles::later(move || files)
    }

    /// Shares files that are made when the guest first asks for one: most requests never do.
    pub fn later(make: impl FnOnce() -> FileSystem + Send + 'static) -> SharedFiles {
        SharedFiles(Arc::new(Mutex::new(Files { files: LazyCell::new(Box::new(make)), asked: false })))
    }

    /// The files, for one operation.
    pub fn lock(&self) -> Locked<'_> {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.asked = true;
        Locked(files)
    }

    /// The files, if anybody has asked for them.
    pub fn if_asked(&self) -> Option<Locked<'_>> {
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.asked.then(|| Locked(files))
    }
}

impl Deref for Locked<'_> {
    type Target = FileSystem;

    fn deref(&self) -> &FileSystem {
        &self.0.files
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut FileSystem {
        &mut self.0.files
    }
}

impl fmt::Debug for Locked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        FileSystem::fmt(self, f)
    }
}

impl fmt::Debug for SharedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedFiles").field(&self.if_asked().as_deref()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use cap_std::ambient_authority;
    use cap_std::fs::Dir;

    use super::*;
    use crate::fs::{Access, Mount, MountId};

    #[test]
    fn files_are_made_once_and_only_where_somebody_asks() {
        let made = Arc::new(AtomicUsize::new(0));
        let counted = made.clone();
        let files = SharedFiles::later(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            let here = Dir::open_ambient_dir(".", ambient_authority()).unwrap();
            FileSystem::builder().root(Mount::dir(here, Access::ReadOnly, MountId(0))).build().unwrap()
        });
        let other = files.clone();
        assert!(files.if_asked().is_none() && made.load(Ordering::Relaxed) == 0);
        assert!(other.lock().usage().operations == 0 && files.lock().refusals().is_empty());
        assert!(files.if_asked().is_some() && made.load(Ordering::Relaxed) == 1);
    }
}
