//! Job files that tests look at: ours, and those that other people wrote where they are.

#![allow(dead_code, reason = "no test uses all of it")]

use std::fs;
use std::path::{Path, PathBuf};

/// A job file.
pub(crate) struct File {
    /// Its path, seen from this crate.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Ours and other people's, by name.
pub(crate) fn all() -> Vec<File> {
    let mut files = below("../examples");
    files.extend(corpus());
    files
}

/// Those that other people wrote; none where they are not at hand, which is said.
pub(crate) fn corpus() -> Vec<File> {
    const FOLDER: &str = "../../shared/corpus/bacalhau";
    if Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER).is_dir() {
        return below(FOLDER);
    }
    println!("skipped: no corpus");
    Vec::new()
}

/// All job files below a folder of this crate, by name. There must be some.
pub(crate) fn below(folder: &str) -> Vec<File> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&here.join(folder), &mut paths);
    assert!(!paths.is_empty(), "{folder} holds no job files");
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.strip_prefix(here).unwrap_or(&path).display().to_string();
        File { name, bytes: fs::read(&path).unwrap() }
    };
    paths.into_iter().map(read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|end| end == "json" || end == "yaml" || end == "yml") {
            paths.push(path);
        }
    }
}
