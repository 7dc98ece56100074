//! The files that mistakes are made in.

use std::fs;
use std::path::{Path, PathBuf};

/// A file that is read well enough to make mistakes in.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The corpus, or a word that it is not there; our own examples in either case.
pub(crate) fn all() -> Vec<File> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = here.join("../../shared/corpus/bacalhau");
    let mut paths = Vec::new();
    if corpus.is_dir() {
        collect(&corpus, &mut paths);
        assert!(!paths.is_empty(), "the corpus is empty");
    } else {
        println!("skipped: no corpus");
    }
    collect(&here.join("../examples"), &mut paths);
    collect(&here.join("tests/mutations/files"), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.strip_prefix(here).unwrap_or(&path).display().to_string();
        File { name, text: fs::read_to_string(&path).unwrap() }
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
