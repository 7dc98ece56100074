//! The file that a conversion is written to.

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes a file; one that is there only if it may be replaced, and then as a whole or not at all. A link to it stays a
/// link, and whoever may read it stays the same.
pub(super) fn write(path: &Path, text: &str, replace: bool) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        // A device or a pipe would be replaced by a file, for everyone.
        Ok(there) if !there.is_file() => Err(io::Error::other("it is no file; `-o -` is standard output")),
        Ok(there) if replace => replaced(&fs::canonicalize(path)?, text, &there),
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) if path.is_symlink() => Err(io::Error::other("it is a link that leads nowhere")),
        Err(_) => finished(path, File::create_new(path)?, |file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        }),
    }
}

/// Puts a new file in the place of one that is no link.
fn replaced(path: &Path, text: &str, old: &Metadata) -> io::Result<()> {
    let new = beside(path)?;
    finished(&new, File::create_new(&new)?, |file| {
        // First of all: what only the user may read is never there for others, not even half of it.
        file.set_permissions(old.permissions())?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)
    })
}

/// A name in the same folder that no other process takes.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let mut name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?.to_owned();
    name.push(format!(".{}.new", std::process::id()));
    Ok(path.with_file_name(name))
}

/// Does what is left to do with a file that was just made, which is removed if that fails.
fn finished(path: &Path, mut file: File, rest: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let done = rest(&mut file);
    if done.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(path);
    }
    done
}
