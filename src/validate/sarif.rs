//! Findings in the Static Analysis Results Interchange Format 2.1.0, which code hosts and editors show beside the
//! file.

use std::path::Path;

use dayfly::spec::{Code, Diagnostic, Parsed, Severity, Source, Span};
use serde_json::{Map, Value, json};

use super::Report;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Default)]
pub(super) struct Sarif {
    /// The codes that were found; results name them by their place here.
    rules: Vec<Code>,
    results: Vec<Value>,
    /// Files that could not be read.
    missing: Vec<Value>,
}

impl Report for Sarif {
    fn file(&mut self, source: &Source, parsed: &Parsed) -> String {
        for finding in &parsed.diagnostics {
            let rule = self.rule(finding.code);
            self.results.push(result(source, finding, rule));
        }
        String::new()
    }

    fn missing(&mut self, path: &Path, why: &str) {
        self.missing.push(json!({
            "level": "error",
            "message": message(why),
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(&path.to_string_lossy())}}}],
        }));
    }

    fn end(&mut self) -> String {
        let mut invocation = Map::new();
        invocation.insert("executionSuccessful".into(), self.missing.is_empty().into());
        if !self.missing.is_empty() {
            invocation.insert("toolExecutionNotifications".into(), std::mem::take(&mut self.missing).into());
        }
        let log = json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "dayfly",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": self.rules.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
                }},
                "invocations": [invocation],
                "columnKind": "unicodeCodePoints",
                "results": std::mem::take(&mut self.results),
            }],
        });
        format!("{log:#}\n")
    }
}

impl Sarif {
    fn rule(&mut self, code: Code) -> usize {
        self.rules.iter().position(|known| *known == code).unwrap_or_else(|| {
            self.rules.push(code);
            self.rules.len() - 1
        })
    }
}

fn rule(code: Code) -> Value {
    let mut help = format!("{}\n", code.explanation());
    let mut markdown = help.clone();
    if let Some(example) = code.example() {
        let wrong = String::from_utf8_lossy(example.wrong);
        help.push_str(&format!("\nWrong:\n\n{wrong}\nRight:\n\n{}", example.right));
        markdown.push_str(&format!(
            "\nWrong:\n\n```yaml\n{wrong}```\n\nRight:\n\n```yaml\n{}```\n",
            example.right
        ));
    }
    json!({
        "id": code.name(),
        "shortDescription": {"text": braces(code.title())},
        "fullDescription": {"text": braces(code.explanation())},
        "help": {"text": braces(&help), "markdown": braces(&markdown)},
        "defaultConfiguration": {"level": usual_level(code)},
    })
}

/// The level that a code's first letter stands for.
fn usual_level(code: Code) -> &'static str {
    match code.name().as_bytes().first() {
        Some(b'E') => "error",
        Some(b'W') => "warning",
        _ => "note",
    }
}

fn result(source: &Source, finding: &Diagnostic, rule: usize) -> Value {
    let mut text = finding.message.clone();
    for (word, words) in [("help", &finding.help), ("note", &finding.note)] {
        if let Some(words) = words {
            text.push_str(&format!("\n{word}: {words}"));
        }
    }
    let mut result = json!({
        "ruleId": finding.code.name(),
        "ruleIndex": rule,
        "level": level(finding.severity),
        "message": message(&text),
        "locations": [location(source, finding.span)],
    });
    let related = finding.related.iter().zip(1..).map(|((span, label), id)| {
        let mut location = location(source, *span);
        location["id"] = json!(id);
        location["message"] = message(label);
        location
    });
    let related: Vec<_> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(replacement) = &finding.replacement {
        result["fixes"] = json!([{
            "description": message(&format!("Write `{replacement}`.")),
            "artifactChanges": [{
                "artifactLocation": {"uri": uri(source.name())},
                "replacements": [{
                    "deletedRegion": region(source, finding.span),
                    "insertedContent": {"text": replacement},
                }],
            }],
        }]);
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        _ => "note",
    }
}

fn location(source: &Source, span: Span) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri(source.name())},
        "region": region(source, span),
    }})
}

/// Lines and columns from 1; the end column is the one after the last character.
fn region(source: &Source, span: Span) -> Value {
    let (start, end) = (source.location(span.start), source.location(span.end.max(span.start)));
    json!({
        "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
    })
}

/// A message that says just this: braces and links have a meaning of their own in the format.
fn message(text: &str) -> Value {
    let text = braces(text);
    let text = if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text };
    json!({"text": text})
}

fn braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// A path as a reference: relative ones stay so.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(byte.into())
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("jobs/a b.yaml"), "jobs/a%20b.yaml");
        assert_eq!(uri("/x/ä:1.json"), "file:///x/%C3%A4%3A1.json");
    }

    #[test]
    fn messages_say_what_they_say() {
        assert_eq!(message("`{{.x}}` in Tasks[0]"), json!({"text": "`{{{{.x}}}}` in Tasks[0]"}));
        assert_eq!(message("[click](http://x)"), json!({"text": "\\[click\\](http://x)"}));
    }
}
