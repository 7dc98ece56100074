//! Any text as sizes, shares of processors and numbers of graphics processors.
#![no_main]

use dayfly_fuzz::read_soundly;
use dayfly_spec::{Options, Source, parse_size};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(size) = parse_size(text) {
        assert_eq!(parse_size(&size.to_string()), Ok(size), "{text}");
        assert_eq!(parse_size(&format!(" {size} B ")), Ok(size), "{text}");
    }
    let Ok(value) = serde_json::to_string(text) else { return };
    let fields = ["CPU", "Memory", "Disk", "GPU"].map(|field| format!("\"{field}\": {value}")).join(", ");
    let before =
        r#"{"Name": "n", "Type": "batch", "Tasks": [{"Name": "t", "Engine": {"Type": "noop"}, "Resources": "#;
    let source = Source::new("job.json", format!("{before}{{{fields}}}}}]}}"));
    let parsed = read_soundly(&source, Options::default().templates(false));
    for found in &parsed.diagnostics {
        assert!(found.span.start as usize >= before.len(), "{}", found.headline(&source));
    }
});
