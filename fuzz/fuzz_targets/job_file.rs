//! Any text as a job file: reading ends, and whatever is found lies within the text.
#![no_main]

use dayfly_fuzz::read_soundly;
use dayfly_spec::{Options, Source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read_soundly(&Source::new("job", bytes), Options::default().templates(false));
});
