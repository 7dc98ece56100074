//! Setting times.

use rustix::fs::{AtFlags, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};

use super::mount::Object;
use super::walk::Last;
use super::{Access, Directory, Errno, FileSystem, OpenFile};

/// What a time is set to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SetTime {
    /// It stays.
    #[default]
    Keep,
    /// The present.
    Now,
    /// Nanoseconds since 1970.
    At(u64),
}

/// What the times of a file are set to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct SetTimes {
    /// When it was last read.
    pub accessed: SetTime,
    /// When it was last written.
    pub modified: SetTime,
}

impl SetTimes {
    fn timestamps(self) -> Timestamps {
        let time = |time| match time {
            SetTime::Keep => Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
            SetTime::Now => Timespec { tv_sec: 0, tv_nsec: UTIME_NOW },
            SetTime::At(nanoseconds) => Timespec {
                tv_sec: (nanoseconds / 1_000_000_000).try_into().unwrap_or(i64::MAX),
                tv_nsec: (nanoseconds % 1_000_000_000).try_into().unwrap_or(0),
            },
        };
        Timestamps { last_access: time(self.accessed), last_modification: time(self.modified) }
    }
}

impl FileSystem {
    /// Sets the times of what a path names.
    ///
    /// # Errors
    /// The POSIX ones of `utimensat`; else as for [`open`](FileSystem::open).
    pub fn set_times(
        &mut self,
        base: &Directory,
        path: &str,
        follow: bool,
        times: SetTimes,
    ) -> Result<(), Errno> {
        self.ledger.operation();
        let last = if follow || path.ends_with('/') { Last::Follow } else { Last::Keep };
        let target = self.walk(base, path, last)?;
        let Some(name) = &target.name else { return self.set_directory_times(&target.parent, times) };
        if let Some(node) = self.tree.child(&target.parent, name) {
            let mut place = target.parent.clone();
            if let Some((mount, _)) = self.tree.mounted(node) {
                place.mount = mount;
            }
            self.may_write("set the times of", &place, name)?;
            if let Some((_, mount)) = self.tree.mounted(node)
                && let Object::File(file) = &mount.object
            {
                return rustix::fs::futimens(file, &times.timestamps());
            }
            let directory = super::walk::enter_node(&self.tree, &target.parent, name, node)?;
            return self.set_directory_times(&directory, times);
        }
        let folder = target.parent.folder.as_ref().ok_or(Errno::NOENT)?;
        rustix::fs::statat(folder, name.as_str(), AtFlags::SYMLINK_NOFOLLOW)?;
        self.may_write("set the times of", &target.parent, name)?;
        let folder = target.parent.folder.as_ref().ok_or(Errno::NOENT)?;
        rustix::fs::utimensat(folder, name.as_str(), &times.timestamps(), AtFlags::SYMLINK_NOFOLLOW)
    }

    /// Sets the times of an open file.
    ///
    /// # Errors
    /// The POSIX ones of `futimens`; `EROFS` below a read-only mount.
    pub fn set_file_times(&mut self, file: &OpenFile, times: SetTimes) -> Result<(), Errno> {
        self.ledger.operation();
        if !file.changeable {
            return Err(Errno::ROFS);
        }
        rustix::fs::futimens(&file.file, &times.timestamps())
    }

    /// Sets the times of an open folder.
    ///
    /// # Errors
    /// The POSIX ones of `futimens`; `EROFS` below a read-only mount.
    pub fn set_directory_times(&mut self, directory: &Directory, times: SetTimes) -> Result<(), Errno> {
        self.ledger.operation();
        let writable = self.tree.mount(directory.mount).access == Access::ReadWrite;
        let Some(folder) = directory.folder.as_ref().filter(|_| writable) else {
            self.may_write("set the times of", directory, "")?;
            return Err(Errno::ROFS);
        };
        // The walk's handles may be good for paths alone, so that the folder is named by one.
        rustix::fs::utimensat(folder, ".", &times.timestamps(), AtFlags::SYMLINK_NOFOLLOW)
    }
}
