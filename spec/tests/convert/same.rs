//! What makes two jobs the same.

use dayfly_spec::model::Job;
use dayfly_spec::{Dialect, Format, Options, Severity, Source, convert, read};

/// Converts a job, and reads what comes out: no error, and the same job. With a fault, its words must be told instead.
pub(crate) fn assert_same(name: &str, job: &Job, format: Format, fault: Option<&str>) {
    let text = match convert(job, Dialect::Bacalhau, format) {
        Ok(text) => text,
        Err(found) => {
            let messages: Vec<_> = found.iter().map(|found| found.message.as_str()).collect();
            let known = fault.is_some_and(|fault| messages.iter().all(|message| message.contains(fault)));
            assert!(known, "{name} can't be converted: {messages:#?}");
            return;
        }
    };
    assert_eq!(fault, None, "{name} is converted:\n{text}");
    let source = Source::new("converted", text.as_str());
    let parsed = read(&source, &Options::default());
    let errors: Vec<_> = parsed
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .map(|found| found.headline(&source))
        .collect();
    let Some(again) = parsed.job else { panic!("{name}: {errors:#?}\n{text}") };
    assert_eq!(without_origins(job), without_origins(&again), "{name}:\n{text}");
    // What debugging texts leave out on purpose (content, keys) is compared as it is written.
    assert_eq!(convert(&again, Dialect::Bacalhau, format).unwrap(), text, "{name}");
}

/// A job's debugging text without the places and words that its parts come from.
pub(crate) fn without_origins(job: &Job) -> String {
    const START: &str = "origin: Origin {";
    let text = format!("{job:?}");
    let mut parts = text.split(START);
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        out.push_str(&part[after_origin(part)..]);
    }
    out
}

/// Where an origin ends: `span` and `change` hold no braces outside quotes but those of the span.
fn after_origin(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (1, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}
