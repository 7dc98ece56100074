//! The document of the current form, line by line: ranges, edge cases, and what Bacalhau says of each.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

#[path = "../common/mod.rs"]
mod common;

mod amounts;
mod constraints;
mod engine;
mod http;
mod inputs;
mod job;
mod meta;
mod network;
mod results;
mod secrets;
mod timeouts;

use common::{one_task, parse};
use dayfly_spec::Severity;

const NOOP: &str = r#"{"Type": "noop"}"#;
const WASM: &str = r#"{"Type": "wasm", "Params": {"EntryModule": "main.wasm"}}"#;
const DOCKER: &str = r#"{"Type": "docker", "Params": {"Image": "ubuntu"}}"#;

/// What Bacalhau itself says of the findings in a text, in order.
fn says(text: &str) -> Vec<String> {
    let notes = parse(text).diagnostics.into_iter().filter_map(|diagnostic| diagnostic.note);
    notes.map(|note| note.strip_prefix("Bacalhau says: ").unwrap().to_owned()).collect()
}

fn task(fields: &str) -> String {
    one_task(NOOP, &format!(", {fields}"))
}

/// A job with a field of its own.
fn with_field(field: &str) -> String {
    task("\"Meta\": {}").replacen('{', &format!("{{{field}, "), 1)
}

/// The codes of the notes in a text.
fn notes(text: &str) -> Vec<&'static str> {
    let found = parse(text).diagnostics.into_iter();
    let notes = found.filter(|diagnostic| diagnostic.severity == Severity::Note);
    notes.map(|diagnostic| diagnostic.code.name()).collect()
}
