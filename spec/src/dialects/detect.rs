//! Which form a file is in, by its content alone.

use super::bacalhau::current::JOB;
use crate::Span;
use crate::decode::suggest;
use crate::reader::{Kind, Node};

/// A form of job file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Dialect {
    /// Bacalhau's current form.
    Bacalhau,
    /// A form that is known by name only.
    NotYet(&'static str),
    /// None that is known.
    None,
}

const NOSANA: Dialect = Dialect::NotYet("a Nosana job definition");
const LEGACY: Dialect = Dialect::NotYet("a job of Bacalhau's legacy form");
const WRAPPED: Dialect = Dialect::NotYet("a job in an answer of Bacalhau's API");
const IPVM: Dialect = Dialect::NotYet("an IPVM task");

/// Fields that only the legacy form has, in a job or a bare `Spec`.
const LEGACY_FIELDS: &[&str] = &[
    "APIVersion",
    "Spec",
    "Engine",
    "EngineSpec",
    "PublisherSpec",
    "Verifier",
    "Docker",
    "Wasm",
    "JobSpecDocker",
    "JobSpecWasm",
    "Deal",
    "NodeSelectors",
    "Annotations",
    "DoNotTrack",
];

/// The form of a file.
pub(super) fn detect(tree: &Node<'_>) -> Dialect {
    let has = |name: &str| tree.get(name).is_some();
    if has("tasks") {
        return Dialect::Bacalhau;
    }
    if has("ops") && (has("version") || has("global") || has("type")) {
        return NOSANA;
    }
    if has("with") && has("do") {
        return IPVM;
    }
    if let Some(job) = tree.get("job").filter(|job| matches!(job.kind, Kind::Map(_))) {
        return if job.get("tasks").is_some() { WRAPPED } else { LEGACY };
    }
    // Kubernetes has `apiVersion` and `spec` too.
    if LEGACY_FIELDS.iter().any(|field| has(field)) && !has("kind") {
        return LEGACY;
    }
    let Kind::Map(entries) = &tree.kind else { return Dialect::None };
    // Without tasks it is a broken job at best: one whose fields are mostly a job's, or nearly so.
    let names = || JOB.fields.iter().map(|field| field.name);
    let looked_at = entries.iter().take(JOB.fields.len() * 2);
    let near = looked_at.clone().filter(|entry| suggest(&entry.key.name, names()).is_some()).count();
    if near > 0 && near * 2 >= looked_at.count() { Dialect::Bacalhau } else { Dialect::None }
}

/// A small place that stands for a whole file: its first key, or its opening bracket.
pub(super) fn place(tree: &Node<'_>) -> Span {
    match &tree.kind {
        Kind::Map(entries) => entries.first().map_or(tree.span, |entry| entry.key.span),
        Kind::List(_) => Span { start: tree.span.start, end: tree.span.end.min(tree.span.start + 1) },
        _ => tree.span,
    }
}
