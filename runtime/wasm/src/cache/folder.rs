//! The folder that the cache lives in.

use std::fs::{DirBuilder, File, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::doubt::Doubt;
use super::name::{self, Kind};

/// What the folder's mode has to be. The bit for groups to be inherited may be there as well: it says nothing of
/// who may do what.
const PRIVATE: u32 = 0o700;
const MODE: u32 = 0o1777;
/// The folder is private, and has yet to be emptied.
const TO_BE_EMPTIED: u32 = 0o1700;
/// Files that are listed at a time: somebody else may have filled the folder.
const MAX_NAMES: usize = 1 << 17;

/// The folder, open: of this user, and for nobody else. Everything in it is reached through this handle, so that it
/// does not matter what becomes of its path.
#[derive(Debug)]
pub(super) struct Folder {
    handle: File,
    path: PathBuf,
    owner: u32,
}

impl Folder {
    /// Opens the folder; none if it is not there.
    ///
    /// If others could write to it so far, it becomes private now, and what it holds is removed: an entry
    /// could be checked, but not against a secret that somebody else may have put there.
    ///
    /// # Errors
    /// It is not to be trusted, or the system says no.
    pub(super) fn open(path: &Path) -> io::Result<Option<Folder>> {
        // A path that ends with a slash would lead through a link.
        let path: PathBuf = path.components().collect();
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle: File = match rustix::fs::openat(rustix::fs::CWD, &path, flags, Mode::empty()) {
            Ok(handle) => handle.into(),
            Err(Errno::NOENT) => return Ok(None),
            // Linux says ENOTDIR of a link here.
            Err(Errno::LOOP | Errno::NOTDIR) => {
                return Err(unusable(&path, "is a link or no folder; remove it, or name another folder"));
            }
            Err(error) => return Err(unusable(&path, &format!("can't be opened: {error}"))),
        };
        let metadata = handle.metadata()?;
        let (owner, user) = (metadata.uid(), rustix::process::geteuid().as_raw());
        if owner != user {
            let why = format!("belongs to user {owner}, and this is user {user}; name another folder");
            return Err(unusable(&path, &why));
        }
        let folder = Folder { handle, path, owner };
        if metadata.mode() & MODE != PRIVATE {
            folder.make_private(metadata.mode() & MODE)?;
        }
        Ok(Some(folder))
    }

    /// Opens the folder, and makes it first if it is not there.
    ///
    /// # Errors
    /// It is not to be trusted, or the system says no.
    pub(super) fn open_or_make(path: &Path) -> io::Result<Folder> {
        if let Some(folder) = Folder::open(path)? {
            return Ok(folder);
        }
        let made = DirBuilder::new().recursive(true).mode(PRIVATE).create(path);
        made.map_err(|error| unusable(path, &format!("can't be made: {error}")))?;
        Folder::open(path)?.ok_or_else(|| unusable(path, "was removed while it was made"))
    }

    /// Closes a folder to others, and empties it. Whoever is killed in between leaves a mode that says so.
    fn make_private(&self, mode: u32) -> io::Result<()> {
        let path = self.path.display();
        tracing::warn!(folder = %path, mode = format!("{mode:o}"), "others may have written to the code cache: it is emptied");
        for mode in [TO_BE_EMPTIED, PRIVATE] {
            rustix::fs::fchmod(&self.handle, Mode::from_raw_mode(mode))?;
            // A file system without modes takes the call, and does nothing.
            if self.handle.metadata()?.mode() & MODE != mode {
                return Err(unusable(&self.path, "can't be closed to other users; name another folder"));
            }
            if mode == TO_BE_EMPTIED {
                self.empty()?;
            }
        }
        Ok(())
    }

    fn empty(&self) -> io::Result<()> {
        loop {
            let names = self.names()?;
            if names.is_empty() {
                return Ok(());
            }
            names.iter().try_for_each(|name| self.remove(name))?;
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn handle(&self) -> &File {
        &self.handle
    }

    /// Opens a file for reading. None if there is none.
    ///
    /// # Errors
    /// It is no regular file, a link, has another name, belongs to somebody else or others may write to it; or the
    /// system says no.
    pub(super) fn open_file(&self, name: &str) -> Result<Option<(File, Metadata)>, Doubt> {
        // Opening a pipe would wait for its writer.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file: File = match rustix::fs::openat(&self.handle, name, flags, Mode::empty()) {
            Ok(file) => file.into(),
            Err(Errno::NOENT) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(Doubt::refused("it is no regular file"));
        }
        if metadata.uid() != self.owner {
            return Err(Doubt::Refused(format!("it belongs to user {}", metadata.uid())));
        }
        let mode = metadata.mode() & 0o777;
        if mode & 0o022 != 0 {
            return Err(Doubt::Refused(format!("others may write to it (mode {mode:03o})")));
        }
        match metadata.nlink() {
            // Somebody removed it just now.
            0 => Ok(None),
            1 => Ok(Some((file, metadata))),
            _ => Err(Doubt::refused("it has another name (a hard link)")),
        }
    }

    /// Makes a file, for writing and reading.
    pub(super) fn create(&self, name: &str, mode: u32) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.handle, name, flags, Mode::from_raw_mode(mode))?.into())
    }

    /// Gives a file another name, and takes it from the file that had it.
    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.handle, from, &self.handle, to)?)
    }

    /// Removes a file, or a link and not what it leads to. One that is not there is no error. Nor is it a
    /// problem for whoever uses it.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        match rustix::fs::unlinkat(&self.handle, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => {
                Err(io::Error::new(io::Error::from(error).kind(), format!("can't remove {name}: {error}")))
            }
        }
    }

    /// The names of all files that dayfly could have made, or of so many of them.
    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.handle)? {
            let entry = entry?;
            match entry.file_name().to_str() {
                Ok(name) if name::kind(name) != Kind::Foreign => names.push(name.to_owned()),
                _ => {}
            }
            if names.len() == MAX_NAMES {
                break;
            }
        }
        Ok(names)
    }

    /// What a file takes, in bytes; 0 if it is not there.
    pub(super) fn size(&self, name: &str) -> io::Result<u64> {
        match rustix::fs::statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(status) => Ok(u64::try_from(status.st_size).unwrap_or(0)),
            Err(Errno::NOENT) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes new names outlive a loss of power.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.handle.sync_all()
    }
}

fn unusable(path: &Path, why: &str) -> io::Error {
    io::Error::other(format!("the code cache {} {why}", path.display()))
}
