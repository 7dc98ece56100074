//! Any text as a shader: looking at it ends, and bounding its loops leaves it as valid as it was.
#![no_main]

use dayfly_host_api::gpu::stays_valid_when_bounded;
use libfuzzer_sys::fuzz_target;

/// The most bytes of a text: compiling takes time that is the square of it.
const MOST: usize = 4 << 10;

fuzz_target!(|text: &str| {
    if text.len() <= MOST {
        assert_ne!(stays_valid_when_bounded(text), Some(false), "{text}");
    }
});
