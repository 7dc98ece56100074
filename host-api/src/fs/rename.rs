//! Renaming.

use rustix::fs::AtFlags;

use super::ledger::FileId;
use super::walk::Last;
use super::{Directory, Errno, FileKind, FileSystem};

impl FileSystem {
    /// Gives something another name, and takes the place of what had it.
    ///
    /// # Errors
    /// The POSIX ones of `renameat`; `EBUSY` for mounts, `EXDEV` where the names lie in different mounts; else as
    /// for [`open`](FileSystem::open).
    pub fn rename(
        &mut self,
        old_base: &Directory,
        old_path: &str,
        new_base: &Directory,
        new_path: &str,
    ) -> Result<(), Errno> {
        self.ledger.operation();
        let old = self.walk(old_base, old_path, Last::Keep)?;
        let new = self.walk(new_base, new_path, Last::Keep)?;
        let (old_name, new_name) = (old.named(Errno::BUSY)?.to_owned(), new.named(Errno::BUSY)?.to_owned());
        let moved = self.may_remove(&old)?;
        if self.tree.child(&new.parent, &new_name).is_some() {
            return Err(Errno::BUSY);
        }
        self.may_write("rename to", &new.parent, &new_name)?;
        if old.parent.mount != new.parent.mount {
            return Err(Errno::XDEV);
        }
        let (Some(from), Some(moved), Some(to)) = (&old.parent.folder, moved, &new.parent.folder) else {
            return Err(Errno::NOENT);
        };
        if (old.must_be_folder || new.must_be_folder) && FileKind::of_stat(&moved) != FileKind::Folder {
            return Err(Errno::NOTDIR);
        }
        let replaced = match rustix::fs::statat(to, new_name.as_str(), AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Some(stat),
            Err(Errno::NOENT) => None,
            Err(error) => return Err(error),
        };
        rustix::fs::renameat(from, old_name.as_str(), to, new_name.as_str())?;
        // Two names of one file: POSIX leaves both.
        if let Some(replaced) = replaced.filter(|replaced| FileId::of(replaced) != FileId::of(&moved)) {
            self.ledger.name_removed(
                new.parent.mount,
                &replaced,
                FileKind::of_stat(&replaced) == FileKind::File,
            );
        }
        Ok(())
    }
}
