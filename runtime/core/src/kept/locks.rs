//! Who holds a lock, as Linux tells it.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;

/// What is read of the system's list, in bytes.
const MOST: u64 = 4 << 20;

/// The locks that are held on this machine; none where the system does not list them.
#[derive(Debug)]
pub(super) struct Locks {
    list: String,
}

impl Locks {
    /// The locks of now.
    pub(super) fn read() -> Locks {
        let mut list = String::new();
        if let Ok(file) = File::open("/proc/locks") {
            // Half a list names some of them.
            let _ = file.take(MOST).read_to_string(&mut list);
        }
        Locks { list }
    }

    /// The process that took a lock on a file or folder with `flock`.
    pub(super) fn holder(&self, of: &Metadata) -> Option<u32> {
        let (major, minor) = (rustix::fs::major(of.dev()), rustix::fs::minor(of.dev()));
        let wanted = format!("{major:02x}:{minor:02x}:{}", of.ino());
        // 1: FLOCK  ADVISORY  READ 4711 fe:01:123456 0 EOF; one that waits has an arrow in the second place.
        let mut pids = self.list.lines().filter_map(|line| {
            let mut words = line.split_whitespace().skip(1);
            let flock = words.next()? == "FLOCK";
            let (pid, file) = (words.nth(2)?, words.next()?);
            (flock && file == wanted).then(|| pid.parse().ok()).flatten()
        });
        // 0 is a process of another namespace.
        pids.find(|pid| *pid != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::FlockOperation;

    #[test]
    fn the_holder_of_a_lock_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let file = File::open(folder.path()).unwrap();
        assert_eq!(Locks::read().holder(&file.metadata().unwrap()), None);
        rustix::fs::flock(&file, FlockOperation::LockShared).unwrap();
        let locks = Locks::read();
        if locks.list.is_empty() {
            println!("skipped: this system does not list locks");
            return;
        }
        // A file system of several layers gives the lock another device than the file.
        let holder = locks.holder(&file.metadata().unwrap());
        assert!(holder.is_none() || holder == Some(std::process::id()), "{holder:?}");
    }
}
