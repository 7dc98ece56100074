//! A new file: there whole, or not at all.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// Where a file will be written.
#[derive(Debug)]
pub(crate) struct NewFile {
    path: PathBuf,
    replace: bool,
}

impl NewFile {
    /// A file that may take the place of one, or may not. Nothing is written yet.
    ///
    /// # Errors
    /// Why nothing could be written there, in words.
    pub(crate) fn at(path: &Path, replace: bool) -> Result<NewFile, String> {
        let unwritable = |why: &str| format!("can't write {}: {why}", path.display());
        if path.file_name().is_none() {
            return Err(unwritable("it is no name of a file"));
        }
        if !folder(path).is_dir() {
            return Err(unwritable("there is no such folder"));
        }
        match path.symlink_metadata() {
            Ok(there) if !there.is_file() => Err(unwritable("what is there is no plain file")),
            Ok(_) if !replace => Err(unwritable("there is a file already; --force replaces it")),
            _ => Ok(NewFile { path: path.to_owned(), replace }),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the file.
    ///
    /// # Errors
    /// It can't be written; then what was there before is.
    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let temporary = self.temporary();
        let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        let written =
            file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| self.place(&temporary));
        // It has its own name by now, or is of no use.
        written.inspect_err(|_| drop(fs::remove_file(&temporary)))?;
        File::open(folder(&self.path))?.sync_all()
    }

    /// Gives a file that is written its name.
    fn place(&self, temporary: &Path) -> io::Result<()> {
        if !self.replace {
            match renameat_with(CWD, temporary, CWD, &self.path, RenameFlags::NOREPLACE) {
                // Not every file system does that in one step.
                Err(Errno::INVAL | Errno::NOSYS) if self.path.symlink_metadata().is_err() => {}
                Err(Errno::INVAL | Errno::NOSYS) => return Err(Errno::EXIST.into()),
                renamed => return Ok(renamed?),
            }
        }
        fs::rename(temporary, &self.path)
    }

    /// The name that it has while it is written: no other process's.
    fn temporary(&self) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(self.path.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        self.path.with_file_name(name)
    }
}

/// The folder that a file lies in.
fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
