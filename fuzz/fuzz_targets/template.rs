//! Any text as a template: rendering ends, whatever is found lies within the file as written, and a hidden variable is
//! in no finding.
#![no_main]

use dayfly_fuzz::read_soundly;
use dayfly_spec::{Options, Source, read};
use libfuzzer_sys::fuzz_target;

/// What divides a template from the value of its variable.
const DIVIDER: &[u8] = b"\n====\n";

/// The value of a variable that is never shown.
const HIDDEN: &str = "swordfish";

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.windows(DIVIDER.len()).position(|window| window == DIVIDER);
    let (template, value) = match at {
        Some(at) => (&bytes[..at], &bytes[at + DIVIDER.len()..]),
        None => (bytes, &b"value"[..]),
    };
    let options = Options::default()
        .variable("a", String::from_utf8_lossy(value))
        .variable("b", "")
        .variable("long name", "c")
        .hidden_variable("key", HIDDEN);
    let source = Source::new("job", template);
    let parsed = read_soundly(&source, options.clone());
    // What stands in the file or in another variable is no secret.
    if !bytes.windows(HIDDEN.len()).any(|window| window == HIDDEN.as_bytes()) {
        assert!(!format!("{:?}", parsed.diagnostics).contains(HIDDEN), "{:?}", parsed.diagnostics);
    }
    // A text behind a template is that text: rendering copies what it does not act upon.
    if let Ok(text) = std::str::from_utf8(template)
        && !text.contains("{{")
        && !text.contains(['\0', '\u{feff}', '%'])
        && !text.starts_with(char::is_whitespace)
    {
        let rendered = read(&Source::new("job", format!("{{{{/**/}}}}{text}")), &options);
        let plain = read(&source, &options);
        assert_eq!(rendered.job.is_some(), plain.job.is_some(), "{text}");
        assert_eq!(rendered.diagnostics.len(), plain.diagnostics.len(), "{text}");
    }
});
