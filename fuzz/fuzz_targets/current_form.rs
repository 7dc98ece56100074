//! Any text in the place of a field of Bacalhau's current form.
#![no_main]

use dayfly_fuzz::{filled, read_soundly};
use dayfly_spec::Options;
use libfuzzer_sys::fuzz_target;

const HOLES: &[(&str, &str)] = &[
    ("Tasks: [{Name: t, Engine: {Type: noop}}]\n", ""),
    ("Tasks:\n  - Name: t\n    Engine: {Type: noop}\n    ", ""),
    ("Tasks:\n  - Name: t\n    Engine: ", ""),
    ("Tasks:\n  - Name: t\n    Engine:\n      Type: wasm\n      Params:\n        EntryModule: ", ""),
    ("Tasks:\n  - Name: t\n    Engine:\n      Type: docker\n      Params:\n        Image: i\n        ", ""),
    (
        "Tasks:\n  - Name: t\n    Engine: {Type: noop}\n    InputSources:\n      - Target: /in\n        Source:\n          ",
        "",
    ),
    ("Tasks:\n  - Name: t\n    Engine: {Type: noop}\n    ResultPaths:\n      - Name: r\n        ", ""),
    ("Tasks:\n  - Name: t\n    Engine: {Type: noop}\n    Network:\n      ", ""),
    ("Tasks:\n  - Name: t\n    Engine: {Type: noop}\n    Publisher:\n      ", ""),
    ("Tasks:\n  - Name: t\n    Engine: {Type: noop}\n    Timeouts:\n      ", ""),
    ("Tasks: [{Name: t, Engine: {Type: noop}}]\nConstraints: ", ""),
    ("{\"Tasks\": [{\"Name\": \"t\", \"Engine\": {\"Type\": \"noop\"}, \"Env\": ", "}]}"),
];

fuzz_target!(|bytes: &[u8]| {
    if let Some(source) = filled(bytes, HOLES) {
        read_soundly(&source, Options::default().templates(false));
    }
});
