//! Making folders.

use rustix::fs::Mode;

use super::walk::{Last, Target};
use super::{Directory, Errno, FileSystem, RefusalKind};

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
            self.ledger.name_added();
        }
        Ok(())
    }

    /// Whether a new name may be added where a target says.
    pub(super) fn may_add(&mut self, target: &Target, operation: &'static str) -> Result<(), Errno> {
        let name = target.named(Errno::EXIST)?;
        if self.tree.child(&target.parent, name).is_some() {
            return Err(Errno::EXIST);
        }
        self.may_write(operation, &target.parent, name)?;
        if self.ledger.has_room_for_name() {
            return Ok(());
        }
        self.refusals.add(RefusalKind::Files, operation, &target.parent.path_of(name), None);
        Err(Errno::NOSPC)
    }
}
