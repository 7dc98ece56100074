//! The guest's paths as refusals tell them.

use std::sync::Arc;

/// The longest part of a path that is kept, in bytes.
const MAX: usize = 256;
/// What stands for the rest.
const MORE: &str = "…";

/// Where something lies, for people: never longer than [`MAX`] bytes however deep that is, so that neither a handle
/// nor a step of a walk costs more memory in a deep tree.
#[derive(Clone, Debug)]
pub(super) struct DisplayPath {
    path: Arc<str>,
    cut: bool,
}

impl DisplayPath {
    /// The root: empty, as every name is put behind a slash.
    pub(super) fn root() -> DisplayPath {
        DisplayPath { path: Arc::from(""), cut: false }
    }

    /// The path of something in this folder. Nothing is copied where the path is too long already.
    pub(super) fn join(&self, name: &str) -> DisplayPath {
        if self.cut {
            return self.clone();
        }
        let path = format!("{}/{name}", self.path);
        let cut = path.len() > MAX;
        DisplayPath { path: shortened(&path).into(), cut }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.path
    }

    /// All of it, unless it was too long.
    pub(super) fn whole(&self) -> Option<&str> {
        (!self.cut).then_some(&self.path)
    }
}

/// As much of a path's beginning as is kept, with a sign where that is not all of it.
pub(crate) fn shortened(path: &str) -> String {
    if path.len() <= MAX {
        return path.to_owned();
    }
    let kept = path.floor_char_boundary(MAX - MORE.len());
    format!("{}{MORE}", &path[..kept])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_takes_no_more_memory_the_deeper_it_is() {
        let mut path = DisplayPath::root();
        for _ in 0..4000 {
            path = path.join(&"ä".repeat(125));
            assert!(path.as_str().len() <= MAX);
        }
        assert!(path.as_str().ends_with(MORE));
        assert!(Arc::ptr_eq(&path.path, &path.join("x").path), "one copy serves everything below");
    }

    #[test]
    fn a_short_path_is_kept_as_it_is() {
        let path = DisplayPath::root().join("a").join("b…");
        assert_eq!((path.as_str(), path.join("c").as_str()), ("/a/b…", "/a/b…/c"));
        let (fits, long) = ("n".repeat(MAX), "n".repeat(MAX + 1));
        assert_eq!(shortened(&fits), fits);
        assert_eq!(shortened(&long), format!("{}{MORE}", &fits[..MAX - MORE.len()]));
    }
}
