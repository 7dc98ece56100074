//! The folder that the cache lives in.

use std::fs::{DirBuilder, File, Metadata};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::doubt::Doubt;
use super::name::{self, Kind};
use super::secret::Secret;

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
        let Some((folder, mode)) = Folder::find(path)? else { return Ok(None) };
        if mode != PRIVATE {
            folder.holds_nothing_else()?;
            folder.make_private(mode)?;
        }
        Ok(Some(folder))
    }

    /// Opens the folder, and changes nothing; none if it is not there, or would be emptied.
    ///
    /// # Errors
    /// It is not to be trusted, or the system says no.
    pub(super) fn look(path: &Path) -> io::Result<Option<Folder>> {
        let Some((folder, mode)) = Folder::find(path)? else { return Ok(None) };
        if mode != PRIVATE {
            folder.holds_nothing_else()?;
            return Ok(None);
        }
        Ok(Some(folder))
    }

    /// Opens the folder, whatever its mode is.
    fn find(path: &Path) -> io::Result<Option<(Folder, u32)>> {
        // A path that ends with a slash would lead through a link.
        let path: PathBuf = path.components().collect();
        let Some(name) = path.file_name() else { return Err(unusable(&path, "has no name of its own")) };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let user = rustix::process::geteuid().as_raw();
        // Who owns the folder that it lies in, or leads a link there, says which folder this is.
        let Some(parent) = open_folder(rustix::fs::CWD, parent)
            .map_err(|why| unusable(&path, &format!("lies in {}, which {why}", parent.display())))?
        else {
            return Ok(None);
        };
        let owner = parent.metadata()?.uid();
        if owner != user && owner != 0 {
            let why = format!(
                "lies in a folder that belongs to user {owner}, and this is user {user}; name another folder"
            );
            return Err(unusable(&path, &why));
        }
        let found = open_folder(&parent, Path::new(name)).map_err(|why| unusable(&path, &why))?;
        let Some(handle) = found else { return Ok(None) };
        let metadata = handle.metadata()?;
        let owner = metadata.uid();
        if owner != user {
            let why = format!("belongs to user {owner}, and this is user {user}; name another folder");
            return Err(unusable(&path, &why));
        }
        Ok(Some((Folder { handle, path, owner }, metadata.mode() & MODE)))
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

    /// Fails if something lies here that no cache holds: then it is another folder, to be left as it is.
    fn holds_nothing_else(&self) -> io::Result<()> {
        for entry in rustix::fs::Dir::read_from(&self.handle)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy();
            let ours = match name::kind(&name) {
                Kind::Foreign => name == "." || name == ".." || name::is_aside(&name),
                // Others may well have files of these names.
                Kind::Fixture if name == name::LOCK => self.size(&name)? == 0,
                Kind::Fixture => self.size(&name)? == Secret::BYTES as u64,
                Kind::Seal { .. } | Kind::Code { .. } | Kind::Temporary => true,
            };
            if !ours {
                let why = format!(
                    "is open to other users, and not emptied because `{}` in it is not of a cache; name another folder",
                    name.escape_debug()
                );
                return Err(unusable(&self.path, &why));
            }
        }
        Ok(())
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
    /// problem for whoever uses it. A folder with something in it is not dayfly's, and only loses its name.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        let removed = match rustix::fs::unlinkat(&self.handle, name, AtFlags::empty()) {
            // POSIX says EPERM of a folder.
            Err(Errno::ISDIR | Errno::PERM) => {
                match rustix::fs::unlinkat(&self.handle, name, AtFlags::REMOVEDIR) {
                    Err(Errno::NOTEMPTY | Errno::EXIST) => {
                        let aside = name::aside()?;
                        tracing::warn!(folder = %self.path.display(), name, aside, "a folder in the place of an entry is moved aside");
                        rustix::fs::renameat(&self.handle, name, &self.handle, aside)
                    }
                    removed => removed,
                }
            }
            removed => removed,
        };
        match removed {
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

/// Opens a folder that is no link; none if it is not there. Otherwise says why not.
fn open_folder(at: impl AsFd, path: &Path) -> Result<Option<File>, String> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match rustix::fs::openat(at, path, flags, Mode::empty()) {
        Ok(handle) => Ok(Some(handle.into())),
        Err(Errno::NOENT) => Ok(None),
        // Linux says ENOTDIR of a link here.
        Err(Errno::LOOP | Errno::NOTDIR) => {
            Err("is a link or no folder; remove it, or name another folder".to_owned())
        }
        Err(error) => Err(format!("can't be opened: {error}")),
    }
}

fn unusable(path: &Path, why: &str) -> io::Error {
    io::Error::other(format!("the code cache {} {why}", path.display()))
}
