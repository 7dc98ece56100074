//! Making folders.

use rustix::fs::{AtFlags, Mode};

use super::walk::{Last, Target};
use super::{Access, Directory, Errno, FileSystem, RefusalKind};

impl FileSystem {
    /// Makes a folder.
    ///
    /// # Errors
    /// The POSIX ones of `mkdirat`; `EPERM`, `EROFS` and `ENOSPC` as for [`open`](FileSystem::open).
    pub fn make_directory(&mut self, base: &Directory, path: &str) -> Result<(), Errno> {
        self.ledger.operation();
        let target = self.walk(base, path, Last::Keep)?;
        let name = target.named(Errno::EXIST)?;
        self.may_add(&target, "make the folder")?;
        if let Some(folder) = &target.parent.folder {
            rustix::fs::mkdirat(folder, name, Mode::from_raw_mode(0o777))?;
            self.ledger.name_added(target.parent.mount);
        }
        Ok(())
    }

    /// Whether a new name may be added where a target says.
    pub(super) fn may_add(&mut self, target: &Target, operation: &'static str) -> Result<(), Errno> {
        let name = target.named(Errno::EXIST)?;
        if self.tree.child(&target.parent, name).is_some() {
            return Err(Errno::EXIST);
        }
        // What is there is there, in a read-only mount too: programs make folders to be sure of them.
        if self.tree.mount(target.parent.mount).access == Access::ReadOnly
            && let Some(folder) = &target.parent.folder
            && rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
        {
            return Err(Errno::EXIST);
        }
        self.may_write(operation, &target.parent, name)?;
        if self.ledger.has_room_for_name(target.parent.mount) {
            return Ok(());
        }
        self.refusals.add(RefusalKind::Files, operation, target.parent.path_of(name).as_str(), None);
        Err(Errno::NOSPC)
    }
}
