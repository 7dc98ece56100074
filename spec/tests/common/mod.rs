//! What the tests share.

#![allow(dead_code, reason = "no test uses all of it")]

use std::fmt::Write;

use dayfly_spec::model::Job;
use dayfly_spec::{Diagnostic, Options, Parsed, Severity, Source, read};

/// Reads a text with the default options.
pub(crate) fn parse(text: impl Into<Vec<u8>>) -> Parsed {
    read(&Source::new("job", text), &Options::default())
}

/// Reads a text that must be a job without errors and warnings.
pub(crate) fn job(text: &str) -> Job {
    assert!(codes(text).is_empty(), "{}{text}", render("job", text));
    parse(text).job.unwrap()
}

/// Reads a text that must be a job; it may have warnings.
pub(crate) fn job_with_warnings(text: &str) -> Job {
    let parsed = parse(text);
    assert!(parsed.job.is_some(), "{}", render("job", text));
    parsed.job.unwrap()
}

/// A job of one task with an engine and further fields (each with a comma before it), as JSON.
pub(crate) fn one_task(engine: &str, task: &str) -> String {
    format!(
        "{{\"Name\": \"j\", \"Type\": \"batch\", \"Tasks\": [{{\"Name\": \"main\",\n\"Engine\": {engine}{task}}}]}}"
    )
}

/// The codes of all errors and warnings in a text, in order.
pub(crate) fn codes(text: impl Into<Vec<u8>>) -> Vec<&'static str> {
    let found = parse(text).diagnostics;
    let found = found.iter().filter(|diagnostic| diagnostic.severity != Severity::Note);
    found.map(|diagnostic| diagnostic.code.name()).collect()
}

/// The parts of a text that the findings of a code point at.
pub(crate) fn places(text: &str, code: &str) -> Vec<String> {
    let source = Source::new("job", text);
    let parsed = read(&source, &Options::default());
    let found = parsed.diagnostics.iter().filter(|diagnostic| diagnostic.code.name() == code);
    found.map(|diagnostic| source.slice(diagnostic.span).to_owned()).collect()
}

/// All findings as a command line would show them.
pub(crate) fn render(name: &str, text: impl Into<Vec<u8>>) -> String {
    let source = Source::new(name, text);
    let diagnostics = read(&source, &Options::default()).diagnostics;
    render_all(&source, diagnostics)
}

/// Findings as a command line would show them.
pub(crate) fn render_all(source: &Source, diagnostics: Vec<Diagnostic>) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        writeln!(out, "{}", diagnostic.headline(source)).unwrap();
        let at = source.location(diagnostic.span.start);
        // Long lines are cut to what is around the place.
        let skipped = at.column.saturating_sub(60);
        let line: String = source.line(at.line).chars().skip(skipped).take(100).collect();
        let marked = source.slice(diagnostic.span).lines().next().unwrap_or("").chars().count();
        let caret = "^".repeat(marked.clamp(1, 40));
        writeln!(out, "  | {line}\n  | {}{caret}", " ".repeat(at.column - 1 - skipped)).unwrap();
        for (what, text) in
            [("label", &diagnostic.label), ("help", &diagnostic.help), ("note", &diagnostic.note)]
        {
            if let Some(text) = text {
                writeln!(out, "  = {what}: {text}").unwrap();
            }
        }
        for (span, label) in diagnostic.related {
            let at = source.location(span.start);
            writeln!(out, "  = {}:{}: {label}", at.line, at.column).unwrap();
        }
    }
    out
}

/// A job's text form without the places that its parts come from.
pub(crate) fn shape(job: &Job) -> String {
    let text = format!("{job:?}");
    let mut parts = text.split("Some(Span { ");
    let mut shape = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let (_, rest) = part.split_once("})").unwrap();
        shape.push_str("Some(_)");
        shape.push_str(rest);
    }
    shape
}
