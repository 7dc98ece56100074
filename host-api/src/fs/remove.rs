//! Removing files and folders.

use rustix::fs::{AtFlags, Stat};

use super::walk::{Last, Target};
use super::{Directory, Errno, FileKind, FileSystem};

impl FileSystem {
    /// Removes the name of a file or link.
    ///
    /// # Errors
    /// The POSIX ones of `unlinkat`; `EBUSY` for mounts; else as for [`open`](FileSystem::open).
    pub fn remove_file(&mut self, base: &Directory, path: &str) -> Result<(), Errno> {
        self.ledger.operation();
        let target = self.walk(base, path, Last::Keep)?;
        let name = target.named(Errno::ISDIR)?;
        let stat = self.may_remove(&target)?.ok_or(Errno::NOENT)?;
        let folder = target.parent.folder.as_ref().ok_or(Errno::NOENT)?;
        match FileKind::of_stat(&stat) {
            FileKind::Folder => return Err(Errno::ISDIR),
            _ if target.must_be_folder => return Err(Errno::NOTDIR),
            _ => {}
        }
        rustix::fs::unlinkat(folder, name, AtFlags::empty())?;
        self.ledger.name_removed(target.parent.mount, &stat, FileKind::of_stat(&stat) == FileKind::File);
        Ok(())
    }

    /// Removes an empty folder.
    ///
    /// # Errors
    /// The POSIX ones of `unlinkat`; `EBUSY` for mounts; else as for [`open`](FileSystem::open).
    pub fn remove_directory(&mut self, base: &Directory, path: &str) -> Result<(), Errno> {
        self.ledger.operation();
        let target = self.walk(base, path, Last::Keep)?;
        let name = target.named(if path.ends_with("..") { Errno::NOTEMPTY } else { Errno::INVAL })?;
        let stat = self.may_remove(&target)?.ok_or(Errno::NOENT)?;
        // Before a slash a link is what it leads to, and that may be outside.
        if target.must_be_folder && FileKind::of_stat(&stat) == FileKind::Link {
            return self.walk(base, path, Last::Follow).and(Err(Errno::NOTDIR));
        }
        let folder = target.parent.folder.as_ref().ok_or(Errno::NOENT)?;
        rustix::fs::unlinkat(folder, name, AtFlags::REMOVEDIR)?;
        self.ledger.name_removed(target.parent.mount, &stat, false);
        Ok(())
    }

    /// Whether a name may be removed where a target says: no mount, no folder on the way to one. Gives what is known of
    /// it; nothing where the host has no such folder.
    pub(super) fn may_remove(&mut self, target: &Target) -> Result<Option<Stat>, Errno> {
        let name = target.named(Errno::BUSY)?;
        if self.tree.child(&target.parent, name).is_some() {
            return Err(Errno::BUSY);
        }
        // A missing file is a missing file, in a read-only mount too.
        let folder = target.parent.folder.as_ref();
        let stat =
            folder.map(|folder| rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)).transpose()?;
        self.may_write("remove", &target.parent, name)?;
        Ok(stat)
    }
}
