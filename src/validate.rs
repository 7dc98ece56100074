//! `dayfly validate`: what is wrong with job files.

use std::path::Path;
use std::process::ExitCode;

use dayfly::spec::{self, Diagnostic, Options, Severity, Source, Span};
use serde_json::{Value, json};

use crate::cli::ValidateArguments;
use crate::say::{print, say};
use crate::{exit, input, render};

pub(crate) fn validate(arguments: &ValidateArguments) -> ExitCode {
    let mut report = Report { json: arguments.json.then(Vec::new), status: 0 };
    for file in &arguments.files {
        report.file(file, arguments.lenient);
    }
    report.finish()
}

struct Report {
    /// The findings so far, if they are printed as one list in the end.
    json: Option<Vec<Value>>,
    status: u8,
}

impl Report {
    fn file(&mut self, path: &Path, lenient: bool) {
        let bytes = match input::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.status = self.status.max(error.status);
                say(&error.to_string());
                if let Some(list) = &mut self.json {
                    list.push(json!({
                        "file": path.to_string_lossy(), "code": null, "severity": "error",
                        "message": error.to_string(), "place": null,
                    }));
                }
                return;
            }
        };
        let source = Source::new(path.display().to_string(), bytes);
        let parsed = spec::read(&source, &Options::default().lenient(lenient));
        let valid = parsed.job.is_some()
            && !parsed.diagnostics.iter().any(|finding| finding.severity == Severity::Error);
        if !valid {
            self.status = self.status.max(exit::INVALID);
        }
        match &mut self.json {
            Some(list) => list.extend(parsed.diagnostics.iter().map(|finding| as_json(&source, finding))),
            None => {
                let mut text: String =
                    parsed.diagnostics.iter().map(|finding| render::render(&source, finding)).collect();
                if valid {
                    text.push_str(&format!("{}: valid\n", source.name()));
                }
                self.print(&text);
            }
        }
    }

    fn finish(mut self) -> ExitCode {
        if let Some(list) = self.json.take() {
            self.print(&format!("{:#}\n", Value::Array(list)));
        }
        ExitCode::from(self.status)
    }

    fn print(&mut self, text: &str) {
        if !print(text) && self.status == 0 {
            self.status = exit::UNWRITABLE;
        }
    }
}

fn as_json(source: &Source, finding: &Diagnostic) -> Value {
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
        "related": related,
    })
}
