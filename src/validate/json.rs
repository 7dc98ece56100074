//! Findings as one JSON list.

use std::path::Path;

use dayfly::spec::{Diagnostic, Parsed, Source, Span};
use serde_json::{Value, json};

use super::Report;

#[derive(Default)]
pub(super) struct Json {
    findings: Vec<Value>,
}

impl Report for Json {
    fn file(&mut self, source: &Source, parsed: &Parsed) -> String {
        self.findings.extend(parsed.diagnostics.iter().map(|finding| finding_of(source, finding)));
        String::new()
    }

    fn missing(&mut self, path: &Path, why: &str) {
        self.findings.push(json!({
            "file": path.to_string_lossy(), "code": null, "severity": "error", "message": why, "place": null,
        }));
    }

    fn end(&mut self) -> String {
        format!("{:#}\n", Value::Array(std::mem::take(&mut self.findings)))
    }
}

fn finding_of(source: &Source, finding: &Diagnostic) -> Value {
    let place = |span: Span| {
        let (start, end) = (source.location(span.start), source.location(span.end));
        json!({
            "line": start.line, "column": start.column, "end_line": end.line, "end_column": end.column,
            "start": span.start, "end": span.end,
        })
    };
    let related: Vec<Value> =
        finding.related.iter().map(|(span, label)| json!({"place": place(*span), "label": label})).collect();
    json!({
        "file": source.name(),
        "code": finding.code.to_string(),
        "severity": finding.severity.name(),
        "message": finding.message,
        "place": place(finding.span),
        "label": finding.label,
        "help": finding.help,
        "note": finding.note,
        "replacement": finding.replacement,
        "related": related,
    })
}
