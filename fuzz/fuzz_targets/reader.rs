//! Any text as JSON: what serde_json takes for an object is well-formed here too, and what it refuses is told or is
//! something that this reader takes more than it.
#![no_main]

use dayfly_fuzz::read_soundly;
use dayfly_spec::{Options, Source};
use libfuzzer_sys::fuzz_target;

/// Codes of what is wrong with a text as JSON or YAML, rather than with the job in it. Keys that are there twice are
/// left out, as serde_json takes the last.
const SYNTAX: &[&str] = &["E0001", "E0004", "E0005", "E0008", "E0010", "E0012"];

fuzz_target!(|bytes: &[u8]| {
    let source = Source::new("job.json", bytes);
    let parsed = read_soundly(&source, Options::default().templates(false));
    let serde: Result<serde_json::Value, _> = serde_json::from_slice(bytes);
    let refused = parsed.diagnostics.iter().find(|found| SYNTAX.contains(&found.code.name()));
    if let (Ok(value), Some(found)) = (&serde, refused) {
        let is_container = value.is_object() || value.is_array();
        assert!(!is_container, "serde_json takes it: {}", found.headline(&source));
    }
    // What starts like JSON and has none of YAML's or our own additions is refused by both.
    let plain = bytes.starts_with(b"{\"") && !bytes.iter().any(|byte| b"/#'&*!|>-?%@`~".contains(byte));
    if serde.is_err() && plain && parsed.diagnostics.is_empty() {
        panic!("serde_json refuses it");
    }
});
