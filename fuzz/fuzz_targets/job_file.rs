//! Any text as a job file: reading ends, whatever is found lies within the text, and it is the same in UTF-16.
#![no_main]

use dayfly_fuzz::read_soundly;
use dayfly_spec::{Options, Source, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = Options::default().templates(false);
    let source = Source::new("job", bytes);
    let parsed = read_soundly(&source, options.clone());
    if std::str::from_utf8(bytes).is_err() {
        return;
    }
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let units = std::iter::once(0xfeff).chain(source.text().encode_utf16());
        let wide = Source::new("job", units.flat_map(unit).collect::<Vec<u8>>());
        assert_eq!(wide.text(), source.text());
        assert_eq!(read(&wide, &options).diagnostics, parsed.diagnostics);
    }
});
