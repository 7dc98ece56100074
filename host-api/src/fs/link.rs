//! Links, hard and symbolic.

use rustix::fs::AtFlags;

use super::walk::{self, Last};
use super::{Directory, Errno, FileSystem, RefusalKind, Use};

impl FileSystem {
    /// Makes a symbolic link that holds `contents`, which no walk of this guest's would refuse by its form.
    ///
    /// # Errors
    /// The POSIX ones of `symlinkat`; `EPERM` for absolute contents; else as for [`open`](FileSystem::open).
    pub fn symlink(&mut self, contents: &str, base: &Directory, path: &str) -> Result<(), Errno> {
        self.ledger.operation();
        if contents.starts_with('/') {
            self.refusals.add(RefusalKind::Escape, "make a link to", contents, None);
            return Err(Errno::PERM);
        }
        if contents.contains('\0') {
            return Err(Errno::ILSEQ);
        }
        let target = self.walk(base, path, Last::Keep)?;
        let name = target.named(Errno::EXIST)?;
        if target.must_be_folder {
            let there = self.metadata(base, path, false);
            return Err(if there.is_ok() { Errno::EXIST } else { Errno::NOENT });
        }
        self.may_add(&target, "make the link")?;
        if let Some(folder) = &target.parent.folder {
            rustix::fs::symlinkat(contents, folder, name)?;
            self.ledger.name_added(target.parent.mount);
        }
        Ok(())
    }

    /// What a symbolic link holds.
    ///
    /// # Errors
    /// `EINVAL` where the path names something else, and the POSIX ones of `readlinkat`.
    pub fn read_link(&mut self, base: &Directory, path: &str) -> Result<String, Errno> {
        self.ledger.operation();
        let target = self.walk(base, path, Last::Keep)?;
        let name = target.named(Errno::INVAL)?;
        if target.must_be_folder || self.tree.child(&target.parent, name).is_some() {
            return self.metadata(base, path, true).and(Err(Errno::INVAL));
        }
        let folder = target.parent.folder.as_ref().ok_or(Errno::NOENT)?;
        let contents = walk::text(&rustix::fs::readlinkat(folder, name, Vec::new())?)?;
        // It has to be there as it is, and so has what it leads to.
        self.touch(&target.parent, "", Use::LISTED);
        Ok(contents)
    }

    /// Gives a file a second name.
    ///
    /// # Errors
    /// The POSIX ones of `linkat`; `EXDEV` where the names lie in different mounts; else as for
    /// [`open`](FileSystem::open).
    pub fn hard_link(
        &mut self,
        old_base: &Directory,
        old_path: &str,
        new_base: &Directory,
        new_path: &str,
    ) -> Result<(), Errno> {
        self.ledger.operation();
        let old = self.walk(old_base, old_path, Last::Keep)?;
        let new = self.walk(new_base, new_path, Last::Keep)?;
        let (old_name, new_name) = (old.named(Errno::PERM)?.to_owned(), new.named(Errno::EXIST)?.to_owned());
        if old.must_be_folder {
            return self.metadata(old_base, old_path, true).and(Err(Errno::PERM));
        }
        if self.tree.child(&old.parent, &old_name).is_some() {
            return Err(Errno::XDEV);
        }
        let from = old.parent.folder.as_ref().ok_or(Errno::NOENT)?;
        rustix::fs::statat(from, old_name.as_str(), AtFlags::SYMLINK_NOFOLLOW)?;
        self.may_add(&new, "link")?;
        if old.parent.mount != new.parent.mount {
            return Err(Errno::XDEV);
        }
        if new.must_be_folder {
            return Err(Errno::NOENT);
        }
        if let Some(to) = &new.parent.folder {
            rustix::fs::linkat(from, old_name.as_str(), to, new_name.as_str(), AtFlags::empty())?;
            self.ledger.name_added(new.parent.mount);
        }
        Ok(())
    }
}
