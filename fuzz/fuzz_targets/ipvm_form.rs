//! Any text in the place of a field of an IPVM task.
#![no_main]

use dayfly_fuzz::{filled, read_soundly};
use dayfly_spec::Options;
use libfuzzer_sys::fuzz_target;

const HOLES: &[(&str, &str)] = &[
    ("with: ipfs://QmX\ndo: wasm32-wasi/run\ninputs:\n  ", ""),
    ("with: ubuntu\ndo: docker/run\ninputs:\n  ", ""),
    ("do: wasm32-wasi/run\nwith: ", ""),
    ("with: https://example.com/a.wasm\ndo: ", ""),
    ("with: ubuntu\ndo: docker/run\ninputs:\n  mounts:\n    ", ""),
    ("with: ubuntu\ndo: docker/run\nmeta:\n  bacalhau/config:\n    ", ""),
    ("{\"with\": \"ubuntu\", \"do\": \"noop\", \"meta\": ", "}"),
];

fuzz_target!(|bytes: &[u8]| {
    if let Some(source) = filled(bytes, HOLES) {
        read_soundly(&source, Options::default().templates(false));
    }
});
