//! One writer at a time.

use std::fs::File;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use super::folder::Folder;
use super::name;

/// How long a writer waits for the others. They hold the lock for some system calls; one that was stopped in the
/// middle must not stop everybody.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(2);

/// Keeps other writers out until it is dropped. Readers need none: what they look at is never half changed.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock, for some seconds.
    ///
    /// # Errors
    /// Another writer kept it for too long, or the system says no.
    pub(super) fn of(folder: &Folder) -> io::Result<Lock> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        // A file of its own for each holder: threads of one process keep each other out, too.
        let file: File = rustix::fs::openat(folder.handle(), name::LOCK, flags, mode)?.into();
        let began = Instant::now();
        loop {
            match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(Errno::WOULDBLOCK) if began.elapsed() < PATIENCE => thread::sleep(PAUSE),
                Err(Errno::WOULDBLOCK) => {
                    return Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "another process has kept the code cache locked for too long",
                    ));
                }
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Marks a file as being written, until it is closed.
pub(super) fn mark_as_used(file: &File) -> io::Result<()> {
    Ok(rustix::fs::flock(file, FlockOperation::LockShared)?)
}

/// Whether nobody writes a file any more. Where the file system has no locks, nobody does after an hour.
pub(super) fn is_left_over(file: &File) -> bool {
    const LONG: Duration = Duration::from_secs(60 * 60);
    match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => true,
        Err(Errno::WOULDBLOCK) => false,
        Err(_) => {
            let modified = file.metadata().and_then(|metadata| metadata.modified());
            modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > LONG))
        }
    }
}
