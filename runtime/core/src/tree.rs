//! Walking over and removing folders whose shape a guest decided.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use cap_std::fs::{Dir, FileType, ReadDir};
use rustix::fs::{Mode, OFlags};

/// The deepest folder that is walked into. Each level holds a handle open meanwhile.
pub(crate) const MAX_DEPTH: usize = 256;

/// An entry of a folder that is walked.
pub(crate) struct Entry<'a> {
    /// The folder that holds it.
    pub(crate) parent: &'a Dir,
    /// Its name.
    pub(crate) name: &'a OsStr,
    /// Its path from where the walk began.
    pub(crate) path: &'a Path,
    /// What it is. A link is not followed.
    pub(crate) kind: FileType,
}

/// Visits every entry beneath `top`, a folder before what it holds.
pub(crate) fn walk(top: &Dir, mut visit: impl FnMut(&Entry<'_>) -> io::Result<()>) -> io::Result<()> {
    struct Level {
        dir: Dir,
        entries: ReadDir,
    }
    let level = |dir: Dir| -> io::Result<Level> { Ok(Level { entries: dir.entries()?, dir }) };
    let mut path = PathBuf::new();
    let mut levels = vec![level(top.try_clone()?)?];
    while let Some(current) = levels.last_mut() {
        let Some(entry) = current.entries.next().transpose()? else {
            levels.pop();
            path.pop();
            continue;
        };
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        path.push(&name);
        visit(&Entry { parent: &current.dir, name: &name, path: &path, kind })?;
        if !kind.is_dir() {
            path.pop();
        } else if levels.len() == MAX_DEPTH {
            return Err(too_deep());
        } else {
            let inner = entry.open_dir()?;
            levels.push(level(inner)?);
        }
    }
    Ok(())
}

/// What a walk says of a folder that is nested too deep.
pub(crate) fn too_deep() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidFilename, format!("it is nested deeper than {MAX_DEPTH} folders"))
}

/// Opens a folder, and never what a link of that name leads to. Nothing is waited for.
pub(crate) fn open_folder(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::openat(rustix::fs::CWD, path, flags, Mode::empty())?.into())
}

/// Removes a folder and all beneath it. A link of that name is left alone.
pub(crate) fn remove(top: &Path) -> io::Result<()> {
    // Most are empty by then.
    match std::fs::remove_dir(top) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(_) => {}
    }
    match open_folder(top) {
        // Somebody else was quicker.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        folder => remove_open(folder?, top),
    }
}

/// Removes a folder that is open, and all beneath it, however deep it is: folders are moved up to the top before
/// they are emptied, so that neither the stack nor the number of open handles grows with the depth.
pub(crate) fn remove_open(folder: File, top: &Path) -> io::Result<()> {
    let dir = Dir::from_std_file(folder);
    let mut moved = 0_u64;
    let mut to_do = Vec::new();
    empty(&dir, &dir, &mut moved, &mut to_do)?;
    while let Some(name) = to_do.pop() {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let inner: File = rustix::fs::openat(&dir, &name, flags, Mode::empty())?.into();
        empty(&Dir::from_std_file(inner), &dir, &mut moved, &mut to_do)?;
        dir.remove_dir(&name)?;
    }
    std::fs::remove_dir(top)
}

/// Removes the files of `dir` and moves its folders into `top`.
fn empty(dir: &Dir, top: &Dir, moved: &mut u64, to_do: &mut Vec<PathBuf>) -> io::Result<()> {
    // Collected first: what is moved within one folder could be listed a second time.
    let entries: Vec<_> = dir.entries()?.collect::<io::Result<_>>()?;
    for entry in entries {
        if entry.file_type()?.is_dir() {
            let name = loop {
                *moved += 1;
                let name = PathBuf::from(format!(".removed-{moved}"));
                if top.symlink_metadata(&name).is_err() {
                    break name;
                }
            };
            dir.rename(entry.file_name(), top, &name)?;
            to_do.push(name);
        } else {
            dir.remove_file(entry.file_name())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cap_std::ambient_authority;

    fn nested(depth: usize) -> (tempfile::TempDir, PathBuf) {
        let outer = tempfile::tempdir().unwrap();
        let top = outer.path().join("top");
        std::fs::create_dir(&top).unwrap();
        let mut dir = Dir::open_ambient_dir(&top, ambient_authority()).unwrap();
        for _ in 0..depth {
            dir.write("file", "x").unwrap();
            dir.create_dir("d").unwrap();
            dir = dir.open_dir("d").unwrap();
        }
        (outer, top)
    }

    #[test]
    fn a_tree_deeper_than_any_path_is_removed() {
        let (outer, top) = nested(5_000);
        remove(&top).unwrap();
        assert_eq!(std::fs::read_dir(outer.path()).unwrap().count(), 0);
        remove(&top).unwrap();
    }

    #[test]
    fn links_are_removed_and_not_followed() {
        let (outer, top) = nested(2);
        std::fs::create_dir(outer.path().join("kept")).unwrap();
        std::fs::write(outer.path().join("kept/x"), "x").unwrap();
        std::os::unix::fs::symlink("../../kept", top.join("d/link")).unwrap();
        remove(&top).unwrap();
        assert!(outer.path().join("kept/x").is_file());
        std::os::unix::fs::symlink("kept", outer.path().join("link")).unwrap();
        assert!(remove(&outer.path().join("link")).is_err());
        assert!(outer.path().join("kept/x").is_file());
    }

    #[test]
    fn a_walk_sees_everything_once_and_refuses_what_is_too_deep() {
        let (_outer, top) = nested(3);
        let dir = Dir::open_ambient_dir(&top, ambient_authority()).unwrap();
        let mut seen = Vec::new();
        walk(&dir, |entry| {
            seen.push(entry.path.display().to_string());
            Ok(())
        })
        .unwrap();
        seen.sort();
        assert_eq!(seen, ["d", "d/d", "d/d/d", "d/d/file", "d/file", "file"]);

        let (_outer, top) = nested(MAX_DEPTH + 1);
        let dir = Dir::open_ambient_dir(&top, ambient_authority()).unwrap();
        assert!(walk(&dir, |_| Ok(())).unwrap_err().to_string().contains("nested deeper"));
    }
}
