//! Whether a folder could be made.

use std::io;
use std::path::Path;

use rustix::fs::Access;

use crate::Error;

/// Whether a folder at `destination` could be made, or written to where it is there. Nothing is made.
///
/// # Errors
/// What making it would fail with, as far as rights tell.
pub(crate) fn can_be_made(destination: &Path) -> Result<(), Error> {
    let mut place = destination;
    if !destination.is_dir() {
        if destination.symlink_metadata().is_ok() {
            return Err(Error::unwritable(destination)(io::ErrorKind::NotADirectory.into()));
        }
        place = parent(destination);
    }
    // Folders on the way are made: the first one that is there decides.
    while place.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        let above = parent(place);
        if above == place {
            break;
        }
        place = above;
    }
    let metadata = place.metadata().map_err(Error::unwritable(destination))?;
    if !metadata.is_dir() {
        return Err(Error::unwritable(destination)(io::ErrorKind::NotADirectory.into()));
    }
    let access = rustix::fs::access(place, Access::WRITE_OK | Access::EXEC_OK);
    access.map_err(|error| Error::unwritable(destination)(error.into()))
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_place_is_judged_by_the_first_folder_that_is_there() {
        let home = tempfile::tempdir().unwrap();
        let at = |path: &str| can_be_made(&home.path().join(path)).map_err(|error| error.failure().exit_code);
        fs::write(home.path().join("file"), "").unwrap();
        std::os::unix::fs::symlink("nowhere", home.path().join("link")).unwrap();
        assert_eq!(at("new"), Ok(()));
        assert_eq!(at("new/far/below"), Ok(()));
        assert_eq!(at("file"), Err(73));
        assert_eq!(at("file/below"), Err(73));
        assert_eq!(at("link/below"), Err(73));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2, "nothing is made");
    }
}
