//! Job files that other people wrote.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;
#[path = "common/files.rs"]
mod files;

use std::collections::BTreeSet;

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
    let files = files::corpus();
    let mut seen = BTreeSet::new();
    for files::File { name, bytes } in &files {
        let parsed = parse(bytes.clone());
        let found = parsed.diagnostics.iter().filter(|diagnostic| diagnostic.severity != Severity::Note);
        let codes: Vec<_> = found.map(|diagnostic| diagnostic.code.name()).collect();
        match FINDINGS.iter().find(|(end, ..)| name.ends_with(end)) {
            Some((end, code, why)) => {
                seen.insert(*end);
                let only_that = !codes.is_empty() && codes.iter().all(|found| found == code);
                assert!(only_that, "{name} ({why}): {}", render(name, bytes.clone()));
                assert_eq!(parsed.job.is_some(), code.starts_with('W'), "{name}");
            }
            None => assert!(codes.is_empty() && parsed.job.is_some(), "{}", render(name, bytes.clone())),
        }
    }
    // A row that stands for no file any more is no longer looked at.
    let idle: Vec<_> = FINDINGS.iter().map(|(end, ..)| *end).filter(|end| !seen.contains(end)).collect();
    assert!(files.is_empty() || idle.is_empty(), "no file is called {idle:?}");
}
