//! The job files that are looked at: ours, and those of other people where they are.

use std::fs;
use std::path::{Path, PathBuf};

/// A job file's name and bytes.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// All of them, by name.
pub(crate) fn all() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = root.join("../../shared/corpus/bacalhau");
    let mut paths = Vec::new();
    collect(&root.join("../examples"), &mut paths);
    assert!(!paths.is_empty(), "there are no examples");
    if corpus.is_dir() {
        collect(&corpus, &mut paths);
    } else {
        println!("skipped: no corpus");
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| File { name: path.display().to_string(), bytes: fs::read(&path).unwrap() })
        .collect()
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
