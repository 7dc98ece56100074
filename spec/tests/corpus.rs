//! Job files that other people wrote.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{parse, render};
use dayfly_spec::Severity;

const OUTSIDE: &str = "fields of the spec stand beside it";
const ESTUARY: &str = "the service has ended";

/// Files that give no job, or warnings with it, and why.
const FINDINGS: &[(&str, &str, &str)] = &[
    ("testdata/jobs/empty.yaml", "E0003", "it is empty"),
    ("dev__api__jobs.md__0.yaml", "E0005", "a line of a shell stands before the answer of a server"),
    ("job-templating.md__0.yaml", "E0231", "a template whose variables are not set"),
    ("v1.6.5/testdata/jobs/noop.yaml", "W0301", "inputs of type noop give nothing"),
    ("testdata/job-test.yaml", "E0220", "a flat file, which nothing reads any more"),
    ("testdata/job-docker-engine-spec.json", "W0225", OUTSIDE),
    ("testdata/job-docker-engine-spec.yaml", "W0225", OUTSIDE),
    ("testdata/job-wasm-engine-spec.json", "W0225", OUTSIDE),
    ("v0.3.8/testdata/job-invalid.yml", "W0226", ESTUARY),
    ("v0.3.12/testdata/job-invalid.yml", "W0226", ESTUARY),
    ("v0.3.12/testdata/job.yaml", "W0226", ESTUARY),
    ("v0.3.15/testdata/job-url.yaml", "W0226", ESTUARY),
    ("v0.3.15/testdata/job.yaml", "W0226", ESTUARY),
    ("v0.3.22/testdata/job-invalid.yml", "W0226", ESTUARY),
    ("v1.0.3/testdata/job.yaml", "W0226", ESTUARY),
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
    for file in files {
        let name = file.strip_prefix(&folder).unwrap().display().to_string();
        let text = fs::read(&file).unwrap();
        let parsed = parse(text.clone());
        let found = parsed.diagnostics.iter().filter(|diagnostic| diagnostic.severity != Severity::Note);
        let codes: Vec<_> = found.map(|diagnostic| diagnostic.code.name()).collect();
        match FINDINGS.iter().find(|(end, ..)| name.ends_with(end)) {
            Some((_, code, why)) => {
                let only_that = !codes.is_empty() && codes.iter().all(|found| found == code);
                assert!(only_that, "{name} ({why}): {}", render(&name, text));
                assert_eq!(parsed.job.is_some(), code.starts_with('W'), "{name}");
            }
            None => assert!(codes.is_empty() && parsed.job.is_some(), "{}", render(&name, text)),
        }
    }
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
