//! What a folder holds, in a form that can be compared.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// Everything below a folder, by path: links with where they lead, files with their digest, mode and times.
pub(crate) fn tree(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    walk(root, "", &mut found);
    found
}

/// The names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn walk(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    if !folder.exists() {
        return;
    }
    for name in names(folder) {
        let path = folder.join(&name);
        let relative = format!("{prefix}{name}");
        let metadata = fs::symlink_metadata(&path).unwrap();
        let what = if metadata.is_symlink() {
            format!("link to {}", fs::read_link(&path).unwrap().display())
        } else if metadata.is_dir() {
            walk(&path, &format!("{relative}/"), found);
            "folder".to_owned()
        } else if metadata.is_file() {
            let digest = Sha256::digest(fs::read(&path).unwrap());
            let (mode, links) = (metadata.mode(), metadata.nlink());
            format!(
                "{digest:02x?} mode {mode:o} links {links} at {}.{}",
                metadata.mtime(),
                metadata.mtime_nsec()
            )
        } else {
            "something special".to_owned()
        };
        found.insert(relative, what);
    }
}
