//! What has to be true of executions and archives at any time, whoever was killed.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::{Case, names, tree};

/// Looks at what can be seen. What was whole once and never changes again is looked at once.
#[derive(Default)]
pub(super) struct Watch {
    whole: HashSet<PathBuf>,
}

impl Watch {
    /// Fails the test unless everything that can be seen is whole.
    pub(super) fn check(&mut self, case: &Case, when: &str) {
        for folder in visible(&case.home().join("executions")) {
            if self.whole.insert(folder.clone()) {
                execution(&folder, when);
            }
        }
        for folder in visible(&case.path("outs")) {
            // A folder that was there before is filled, and its record moved last; others come as a whole.
            if !folder.ends_with("again") && self.whole.insert(folder.clone()) {
                execution(&folder, when);
            }
        }
        for folder in visible(&case.path("outs/again")) {
            if folder.join("execution.json").exists() {
                execution(&folder, when);
            }
        }
        for path in visible(&case.home().join("published")) {
            if self.whole.insert(path.clone()) {
                archive(&path, when);
            }
        }
    }
}

/// Fails the test if something unfinished is still there.
pub(super) fn nothing_is_left_over(case: &Case) {
    let left: Vec<String> = [case.home().join("executions"), case.home().join("published"), case.path("")]
        .iter()
        .flat_map(|folder| tree(folder).into_keys())
        .filter(|path| path.contains(".dayfly-staging-") || path.contains(".partial"))
        .collect();
    assert!(left.is_empty(), "left over: {left:?}");
}

fn visible(folder: &Path) -> Vec<PathBuf> {
    let mut names = if folder.exists() { names(folder) } else { Vec::new() };
    names.retain(|name| !name.starts_with('.'));
    names.into_iter().map(|name| folder.join(name)).collect()
}

/// An execution has a record, and all that this says, with the content that it says.
fn execution(folder: &Path, when: &str) {
    let half = |what: &str| -> ! { panic!("half an execution, after {when}: {}: {what}", folder.display()) };
    let Ok(record) = fs::read(folder.join("execution.json")) else { half("it has no record") };
    let Ok(record) = serde_json::from_slice::<Value>(&record) else { half("its record is no JSON") };
    if record["status"] != "succeeded" {
        half(&format!("{record}"));
    }
    for stream in ["stdout", "stderr", "exitCode"] {
        if !folder.join(stream).is_file() {
            half(&format!("there is no {stream}"));
        }
    }
    let results = record["digests"]["results"].as_object().unwrap();
    assert_eq!(results.keys().collect::<Vec<_>>(), ["kept", "one", "words"]);
    for (name, digest) in results {
        let path = folder.join(name);
        if !path.exists() {
            half(&format!("the result {name} is not there"));
        }
        if *digest != format!("sha256:{}", hex(&hash(&path))) {
            half(&format!("the result {name} is another one"));
        }
    }
    if !text_is_whole(&fs::read_to_string(folder.join("one")).unwrap()) {
        half("the result is not what the guest wrote");
    }
}

/// A published archive can be read to its end, and holds everything.
fn archive(path: &Path, when: &str) {
    let half = |what: &str| -> ! { panic!("half an archive, after {when}: {}: {what}", path.display()) };
    let mut tar = tar::Archive::new(GzDecoder::new(File::open(path).unwrap()));
    let mut found = Vec::new();
    let Ok(entries) = tar.entries() else { half("it can't be read") };
    for entry in entries {
        let Ok(mut entry) = entry else { half("it ends too early") };
        let name = entry.path().unwrap().display().to_string();
        let mut text = String::new();
        if entry.read_to_string(&mut text).is_err() {
            half(&format!("{name} ends too early"));
        }
        if name.ends_with("a.txt") && !text_is_whole(&text) {
            half(&format!("{name} is not what the guest wrote"));
        }
        found.push(name.trim_end_matches('/').to_owned());
    }
    for name in ["stdout", "stderr", "exitCode", "kept", "kept/a.txt", "one", "words"] {
        if !found.iter().any(|found| found == name) {
            half(&format!("it holds no {name}"));
        }
    }
    // The archive is whole when what closes the compressed stream is there, too.
    let mut rest = GzDecoder::new(File::open(path).unwrap());
    if std::io::copy(&mut rest, &mut std::io::sink()).is_err() {
        half("it ends too early");
    }
}

/// What the guest wrote is every line, and all of one run.
fn text_is_whole(text: &str) -> bool {
    let run = text.lines().next().and_then(|line| line.rsplit(' ').next()).unwrap_or_default();
    let is_right = |(number, line): (usize, &str)| line == format!("LINE {number} OF RUN {run}");
    text.lines().count() == super::LINES && text.lines().enumerate().all(is_right)
}

/// The content of a result as dayfly names it: a file's bytes; a folder's entries, each with its kind, name and content.
fn hash(path: &Path) -> Vec<u8> {
    if path.is_file() {
        return Sha256::digest(fs::read(path).unwrap()).to_vec();
    }
    let mut entries: Vec<Vec<u8>> = Vec::new();
    for name in names(path) {
        let inner = path.join(&name);
        let mut entry = Sha256::new();
        entry.update(if inner.is_dir() { b"d" } else { b"f" });
        entry.update((name.len() as u64).to_le_bytes());
        entry.update(name.as_bytes());
        entry.update(hash(&inner));
        entries.push(entry.finalize().to_vec());
    }
    entries.sort_unstable();
    Sha256::digest(entries.concat()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
