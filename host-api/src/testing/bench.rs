//! A front over folders that are there for one test.

use std::fs;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::{Fault, Front, How, Kind, Make};
use crate::fs::{Access, Builder, FileSystem, Mount, MountId};

/// A front over an empty root, an input at `/input` that holds `file` (`content`), `folder/inner` (`inner`) and a
/// few links, and a result at `/result`.
pub struct Bench {
    folder: tempfile::TempDir,
    front: Box<dyn Front>,
}

impl Bench {
    /// A front over a file system without limits.
    pub fn new(make: Make<'_>) -> Bench {
        Bench::with(make, |builder| builder)
    }

    /// A front over a file system with more mounts, or limits.
    pub fn with(make: Make<'_>, change: impl FnOnce(Builder) -> Builder) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["root", "input", "input/folder", "result", "outside"] {
            fs::create_dir(at(name)).unwrap();
        }
        fs::write(at("outside/secret"), "secret").unwrap();
        fs::write(at("input/file"), "content").unwrap();
        fs::write(at("input/folder/inner"), "inner").unwrap();
        let link = |contents: &str, name: &str| std::os::unix::fs::symlink(contents, at(name)).unwrap();
        link("folder/inner", "input/link");
        link("../outside/secret", "input/escape");
        link("/etc/passwd", "input/absolute");
        link("..", "input/up");
        let builder = FileSystem::builder()
            .root(Mount::dir(open(&at("root")), Access::ReadWrite, MountId(0)))
            .mount("/input", Mount::dir(open(&at("input")), Access::ReadOnly, MountId(1)))
            .mount("/result", Mount::dir(open(&at("result")), Access::ReadWrite, MountId(2)));
        let front = make(change(builder).build().unwrap());
        Bench { folder, front }
    }

    /// A path on the host, below the folder that holds `root`, `input`, `result` and `outside`.
    pub fn host(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Makes a file with this content.
    pub fn put(&mut self, path: &str, content: &[u8]) {
        let file = self.open(path, How { truncate: true, ..How::CREATE }).unwrap();
        assert_eq!(self.write(file, 0, content), Ok(content.len()));
        self.close(file);
    }

    /// The content of a file.
    pub fn get(&mut self, path: &str) -> Result<Vec<u8>, Fault> {
        let file = self.open(path, How::READ)?;
        let content = self.read(file, 0, 1 << 16);
        self.close(file);
        content
    }

    /// The names in a folder with what they are, in order.
    pub fn names(&mut self, path: &str) -> Vec<(String, Kind)> {
        let mut names = self.list(path).unwrap();
        names.sort_by(|a, b| a.0.cmp(&b.0));
        names
    }
}

impl std::ops::Deref for Bench {
    type Target = dyn Front;

    fn deref(&self) -> &Self::Target {
        &*self.front
    }
}

impl std::ops::DerefMut for Bench {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut *self.front
    }
}

impl std::fmt::Debug for Bench {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bench").field("folder", &self.folder).finish_non_exhaustive()
    }
}

pub(super) fn open(path: &Path) -> Dir {
    Dir::open_ambient_dir(path, ambient_authority()).unwrap()
}
