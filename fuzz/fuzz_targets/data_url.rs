//! Any text as the data URL of an inline input: it is decoded, or refused with a place inside the URL.
#![no_main]

use dayfly_spec::{Options, Source, model, read};
use libfuzzer_sys::fuzz_target;

/// Before and after the URL: a job that is good but for it.
const BEFORE: &str = r#"{"Name": "n", "Type": "batch", "Tasks": [{"Name": "t",
    "Engine": {"Type": "wasm", "Params": {"EntryModule": "m.wasm"}},
    "InputSources": [{"Target": "/in", "Source": {"Type": "inline", "Params": {"URL": ""#;
const AFTER: &str = r#""}}}]}]}"#;

fuzz_target!(|url: &str| {
    // Templates are another matter: one that begins in the URL ends at the braces after it.
    if url.contains("{{") {
        return;
    }
    let text = format!("{BEFORE}{}{AFTER}", escaped(url));
    let source = Source::new("job.json", text.as_str());
    let parsed = read(&source, &Options::default());
    for found in &parsed.diagnostics {
        let (start, end) = (found.span.start as usize, found.span.end as usize);
        let inside = BEFORE.len() - 1 <= start && end <= text.len() - AFTER.len() + 1;
        assert!(inside && text.get(start..end).is_some(), "{}", found.headline(&source));
    }
    let Some(job) = parsed.job else {
        assert!(parsed.has_errors(), "no job, and no reason");
        return;
    };
    let model::Source::Inline(content) = &job.tasks[0].inputs[0].source.value else { panic!("not inline") };
    // Neither way of writing bytes takes fewer characters than bytes.
    assert!(content.bytes.len() <= url.len(), "{} bytes of {} characters", content.bytes.len(), url.len());
    // What is written anew in the plainest way is the same content.
    let plain: String = content.bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
    let again = format!("{BEFORE}data:,{plain}{AFTER}");
    let again =
        read(&Source::new("job.json", again), &Options::default()).job.expect("percent signs are good");
    let model::Source::Inline(decoded) = &again.tasks[0].inputs[0].source.value else { panic!("not inline") };
    assert_eq!(decoded.bytes, content.bytes);
});

/// A text inside a JSON string.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            c if c < ' ' => escaped.push_str(&format!("\\u{:04x}", c as u32)),
            c => escaped.push(c),
        }
    }
    escaped
}
