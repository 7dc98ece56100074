//! Any text in the place of a field of Bacalhau's legacy form.
#![no_main]

use dayfly_fuzz::{filled, read_soundly};
use dayfly_spec::Options;
use libfuzzer_sys::fuzz_target;

const HOLES: &[(&str, &str)] = &[
    ("APIVersion: V1beta1\nSpec:\n  Engine: Noop\n  ", ""),
    ("APIVersion: V1beta1\nSpec:\n  Engine: ", ""),
    ("Engine: Docker\nDocker:\n  Image: i\n  ", ""),
    ("APIVersion: V1beta1\nSpec:\n  Engine: Wasm\n  Wasm:\n    EntryModule: ", ""),
    ("APIVersion: V1beta2\nSpec:\n  EngineSpec:\n    Type: wasm\n    Params:\n      ", ""),
    ("Spec:\n  Engine: Noop\n  inputs:\n    - StorageSource: ", ""),
    ("Spec:\n  Engine: Noop\n  Inputs:\n    - Path: /in\n      ", ""),
    ("Spec:\n  Engine: Noop\n  outputs:\n    - ", ""),
    ("Spec:\n  Engine: Noop\n  Deal: ", ""),
    ("Spec:\n  Engine: Noop\n  NodeSelectors:\n    - ", ""),
    ("Spec:\n  Engine: Noop\n  PublisherSpec:\n    ", ""),
    ("{\"Job\": {\"APIVersion\": \"V1beta1\", \"Spec\": ", "}}"),
];

fuzz_target!(|bytes: &[u8]| {
    if let Some(source) = filled(bytes, HOLES) {
        read_soundly(&source, Options::default().templates(false));
    }
});
