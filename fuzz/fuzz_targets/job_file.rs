//! Any text as a job file: reading ends, and whatever is found lies within the text.
#![no_main]

use dayfly_spec::{Options, Source, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = Source::new("job", bytes);
    for lenient in [false, true] {
        let parsed = read(&source, &Options::default().lenient(lenient));
        assert!(parsed.job.is_some() || parsed.has_errors(), "no job, and no reason");
        for found in &parsed.diagnostics {
            let (start, end) = (found.span.start as usize, found.span.end as usize);
            assert!(
                source.text().get(start..end).is_some(),
                "{}: no place in the text",
                found.headline(&source)
            );
        }
    }
});
