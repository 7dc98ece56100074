//! Removing files and folders.

use rustix::fs::AtFlags;

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
        self.may_remove(&target)?;
        let folder = target.parent.folder.as_ref().ok_or(Errno::NOENT)?;
        let stat = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
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
        self.may_remove(&target)?;
        let folder = target.parent.folder.as_ref().ok_or(Errno::NOENT)?;
        let stat = rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        rustix::fs::unlinkat(folder, name, AtFlags::REMOVEDIR)?;
        self.ledger.name_removed(target.parent.mount, &stat, false);
        Ok(())
    }

    /// Whether a name may be removed where a target says: no mount, no folder on the way to one.
    pub(super) fn may_remove(&mut self, target: &Target) -> Result<(), Errno> {
        let name = target.named(Errno::BUSY)?;
        if self.tree.child(&target.parent, name).is_some() {
            return Err(Errno::BUSY);
        }
        // A missing file is a missing file, in a read-only mount too.
        if let Some(folder) = &target.parent.folder {
            rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
        }
        self.may_write("remove", &target.parent, name)
    }
}
