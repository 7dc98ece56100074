//! Putting a file system together.

use rustix::fs::Mode;
use rustix::io::Errno;

use super::handles::{Handles, SharedHandles};
use super::ledger::{Ledger, Quota};
use super::mount::{Access, Mount};
use super::positions::Kept;
use super::refusal::Refusals;
use super::touched::Touched;
use super::tree::Tree;
use super::{FileSystem, walk};

/// Puts a [`FileSystem`] together.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder {
    root: Option<Mount>,
    mounts: Vec<(String, Mount)>,
    quota: Quota,
    max_open: usize,
    shared: Option<SharedHandles>,
    observe: bool,
}

/// Why mounts don't make a file system.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MountError {
    /// Nothing was given as the root.
    #[error("there is no root")]
    NoRoot,
    /// A single file was given as the root.
    #[error("the root is not a folder")]
    RootIsNoFolder,
    /// A path that nothing can be mounted at.
    #[error("`{path}` is no absolute path without `.` and `..`, below `/`")]
    BadPath {
        /// The path.
        path: String,
    },
    /// Two mounts of which one would hide the other.
    #[error("what is mounted at `{path}` and at `{other}` hide one another: one lies at or in the other")]
    Shadows {
        /// The path of the later one.
        path: String,
        /// The path of the earlier one.
        other: String,
    },
    /// The folders on the way to a mount can't be made in the root.
    #[error("the folder for `{path}` can't be made: {error}")]
    NoFolder {
        /// The mount's path.
        path: String,
        /// What the system said.
        error: Errno,
    },
}

impl Default for Builder {
    fn default() -> Builder {
        Builder {
            root: None,
            mounts: Vec::new(),
            quota: Quota::default(),
            max_open: 4096,
            shared: None,
            observe: false,
        }
    }
}

impl Builder {
    /// What the guest sees as `/`.
    pub fn root(mut self, mount: Mount) -> Builder {
        self.root = Some(mount);
        self
    }

    /// Mounts something at an absolute path. Where that is is checked when the file system is built.
    pub fn mount(mut self, path: impl Into<String>, mount: Mount) -> Builder {
        self.mounts.push((path.into(), mount));
        self
    }

    /// What the guest may keep in its writable mounts. The default is no limit.
    pub fn quota(mut self, quota: Quota) -> Builder {
        self.quota = quota;
        self
    }

    /// How many files and folders the guest may have open at a time; 4096 by default.
    pub fn max_open(mut self, count: usize) -> Builder {
        self.max_open = count;
        self
    }

    /// Handles that the guest has to share with others beyond its own. The default is that all are its own.
    pub fn shared_handles(mut self, shared: SharedHandles) -> Builder {
        self.shared = Some(shared);
        self
    }

    /// Remembers what the guest makes use of. The default is not to.
    pub fn observe(mut self, observe: bool) -> Builder {
        self.observe = observe;
        self
    }

    /// The file system. Folders on the way to a mount are made in a root that may be written.
    ///
    /// # Errors
    /// There is no root, or a mount's path is no absolute path, or hides another mount.
    pub fn build(self) -> Result<FileSystem, MountError> {
        let mut tree = Tree::new(self.root.ok_or(MountError::NoRoot)?)?;
        refuse_shadows(&self.mounts)?;
        for (path, mount) in self.mounts {
            let components = components(&path)?;
            tree.add(&components, mount);
            if tree.mount(0).access == Access::ReadWrite {
                make_folders(&tree, &components)
                    .map_err(|error| MountError::NoFolder { path: path.clone(), error })?;
            }
        }
        Ok(FileSystem {
            tree,
            ledger: Ledger::new(self.quota),
            refusals: Refusals::default(),
            handles: Handles::new(self.max_open, self.shared),
            listed: Kept::default(),
            touched: self.observe.then(Touched::default),
        })
    }
}

/// Fails if one of the mounts lies at or in another.
fn refuse_shadows(mounts: &[(String, Mount)]) -> Result<(), MountError> {
    let mut earlier: Vec<(&str, Vec<&str>)> = Vec::new();
    for (path, _) in mounts {
        let words = components(path)?;
        if let Some((other, _)) =
            earlier.iter().find(|(_, other)| words.starts_with(other) || other.starts_with(&words))
        {
            return Err(MountError::Shadows { path: path.clone(), other: (*other).to_owned() });
        }
        earlier.push((path, words));
    }
    Ok(())
}

/// The words of an absolute path.
fn components(path: &str) -> Result<Vec<&str>, MountError> {
    let words: Vec<_> = path.split('/').filter(|word| !word.is_empty()).collect();
    let good = |word: &&str| !matches!(*word, "." | "..") && walk::check_name(word).is_ok();
    if !path.starts_with('/') || words.is_empty() || path.len() > walk::MAX_PATH || !words.iter().all(good) {
        return Err(MountError::BadPath { path: path.to_owned() });
    }
    Ok(words)
}

/// Makes the folders that a mount lies in, so that the guest can use them like any other.
fn make_folders(tree: &Tree, components: &[&str]) -> Result<(), Errno> {
    let mut at = tree.root();
    for &name in &components[..components.len() - 1] {
        let Some(folder) = &at.folder else { return Ok(()) };
        match rustix::fs::mkdirat(folder, name, Mode::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error),
        }
        let Some(node) = tree.child(&at, name) else { return Ok(()) };
        at = walk::enter_node(tree, &at, name, node)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use cap_std::ambient_authority;
    use cap_std::fs::{Dir, File};

    use super::*;
    use crate::fs::MountId;

    fn here() -> Mount {
        Mount::dir(Dir::open_ambient_dir(".", ambient_authority()).unwrap(), Access::ReadOnly, MountId(0))
    }

    fn build(paths: &[&str]) -> Result<FileSystem, MountError> {
        paths
            .iter()
            .fold(FileSystem::builder().root(here()), |builder, path| builder.mount(*path, here()))
            .build()
    }

    #[test]
    fn mounts_that_would_hide_one_another_are_named_both() {
        for paths in [["/a", "/a"], ["/a/b", "/a//b/"], ["/a", "/a/b"], ["/a/b/c", "/a"]] {
            let expected = MountError::Shadows { path: paths[1].to_owned(), other: paths[0].to_owned() };
            assert_eq!(build(&paths).unwrap_err(), expected);
        }
        assert!(build(&["/a/b", "/a/bc", "/b/a", "/ab"]).is_ok());
    }

    #[test]
    fn paths_that_name_no_place_below_the_root_are_refused() {
        let long = format!("/{}", "n".repeat(256));
        for path in ["", "a", "/", "//", "/a/../b", "/./a", "/a\0b", &long] {
            assert!(matches!(build(&[path]), Err(MountError::BadPath { .. })), "{path:?}");
        }
    }

    #[test]
    fn a_root_is_a_folder() {
        assert_eq!(FileSystem::builder().build().unwrap_err(), MountError::NoRoot);
        let file = File::open_ambient("Cargo.toml", ambient_authority()).unwrap();
        let file = Mount::file(file, Access::ReadOnly, MountId(0));
        assert_eq!(FileSystem::builder().root(file).build().unwrap_err(), MountError::RootIsNoFolder);
    }
}
