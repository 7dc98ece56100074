//! Job files that other people wrote.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{parse, render};

/// Files of the current form that give no job, or warnings with it, and why.
const FINDINGS: &[(&str, &str, &str)] = &[
    ("testdata/jobs/empty.yaml", "E0003", "it is empty"),
    ("dev__api__jobs.md__0.yaml", "E0005", "a line of a shell stands before the answer of a server"),
    ("job-templating.md__0.yaml", "E0231", "a template whose variables are not set"),
    ("v1.6.5/testdata/jobs/noop.yaml", "W0301", "inputs of type noop give nothing"),
];

#[test]
fn every_file_is_read_or_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus/bacalhau");
    if !folder.is_dir() {
        println!("skipped: no corpus");
        return;
    }
    let mut files = Vec::new();
    collect(&folder, &mut files);
    assert!(!files.is_empty(), "the corpus is empty");
    files.sort();
    let mut read = 0;
    for file in files {
        let name = file.strip_prefix(&folder).unwrap().display().to_string();
        let text = fs::read(&file).unwrap();
        let parsed = parse(text.clone());
        let codes: Vec<_> = parsed.diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect();
        if let Some((_, code, why)) = FINDINGS.iter().find(|(end, ..)| name.ends_with(end)) {
            assert!(codes.iter().all(|found| found == code), "{name} ({why}): {}", render(&name, text));
            assert_eq!(parsed.job.is_some(), code.starts_with('W'), "{name}");
        } else if is_current(&text) {
            assert!(codes.is_empty() && parsed.job.is_some(), "{}", render(&name, text));
            read += 1;
        } else {
            assert_eq!(codes, ["E0101"], "{}", render(&name, text));
        }
    }
    assert!(read > 0, "no file of the current form");
}

/// What makes a file one of the current form, without the reader's help.
fn is_current(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).to_lowercase();
    text.lines().any(|line| line.trim_start().trim_start_matches('"').starts_with("tasks"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "json" || end == "yaml" || end == "yml") {
            files.push(path);
        }
    }
}
