//! Opening one name of a folder of the host.

use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags};

use super::open::Origin;
use super::{Access, Directory, Errno, FileSystem, OpenOptions, RefusalKind};

impl FileSystem {
    /// Opens a name of a folder, and says where that came from. What is there may be opened where nothing may be made.
    pub(super) fn open_at(
        &mut self,
        folder: &OwnedFd,
        place: &Directory,
        name: &str,
        options: OpenOptions,
        is_there: bool,
    ) -> Result<(OwnedFd, Origin), Errno> {
        if !options.create {
            return open(folder, name, flags(options)).map(|file| (file, Origin::There));
        }
        let may_open = !options.exclusive;
        // Another process may make it, or remove it, at any moment: the other way is tried too.
        if is_there
            && may_open
            && let Some(file) = self.open_existing(folder, place, name, options)?
        {
            return Ok((file, Origin::There));
        }
        if let Some(file) = self.make_file(folder, place, name, options)? {
            return Ok((file, Origin::Created));
        }
        if !is_there
            && may_open
            && let Some(file) = self.open_existing(folder, place, name, options)?
        {
            return Ok((file, Origin::There));
        }
        self.may_write("create", place, name)?;
        self.refusals.add(RefusalKind::Files, "create", place.path_of(name).as_str(), None);
        Err(Errno::NOSPC)
    }

    /// Makes a file; none where there is something already, or where nothing may be made.
    pub(super) fn make_file(
        &mut self,
        folder: &OwnedFd,
        place: &Directory,
        name: &str,
        options: OpenOptions,
    ) -> Result<Option<OwnedFd>, Errno> {
        if self.tree.mount(place.mount).access != Access::ReadWrite
            || !self.ledger.has_room_for_name(place.mount)
        {
            return Ok(None);
        }
        match open(folder, name, flags(options) | OFlags::CREATE | OFlags::EXCL) {
            Err(Errno::EXIST) if !options.exclusive => Ok(None),
            made => made.map(Some),
        }
    }

    /// Opens a file that is there; none where it is gone.
    fn open_existing(
        &mut self,
        folder: &OwnedFd,
        place: &Directory,
        name: &str,
        options: OpenOptions,
    ) -> Result<Option<OwnedFd>, Errno> {
        let changes = options.write || options.truncate;
        match open(folder, name, flags(options)) {
            Err(Errno::NOENT) => Ok(None),
            Ok(_) if changes && self.tree.mount(place.mount).access == Access::ReadOnly => {
                self.may_write("write to", place, name).and(Err(Errno::ROFS))
            }
            opened => opened.map(Some),
        }
    }
}

fn open(folder: &OwnedFd, name: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    rustix::fs::openat(folder, name, flags, Mode::from_raw_mode(0o666))
}

/// How something is opened on the host: never through a link, never waiting, never as the terminal.
fn flags(options: OpenOptions) -> OFlags {
    let access = match (options.write || options.truncate, options.read) {
        (true, true) => OFlags::RDWR,
        (true, false) => OFlags::WRONLY,
        (false, _) => OFlags::RDONLY,
    };
    let mut flags = access | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    flags.set(OFlags::APPEND, options.append);
    flags.set(OFlags::DIRECTORY, options.directory);
    flags
}
