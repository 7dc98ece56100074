//! How much memory reading takes, beside the size of the file.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use dayfly_spec::{Options, Source, read};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Bytes that a file may take while it is read, for each of its own.
const MOST: usize = 20;

/// The most bytes that were taken at a time, for each of the file's.
fn peak(text: String, options: &Options) -> usize {
    let size = text.len();
    let source = Source::new("job", text);
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let parsed = read(&source, options);
    assert!(parsed.job.is_some(), "{:?}", parsed.diagnostics.first());
    (ALLOCATED.peak_usage() - before) / size
}

// One test: what others take at the same time would count too.
#[test]
fn a_file_takes_a_small_multiple_of_its_size() {
    let (mut yaml, mut json) = (String::new(), String::new());
    for number in 0..25_000 {
        yaml.push_str(&format!("      VARIABLE_{number:06}: a value of usual length\n"));
        json.push_str(&format!("\"VARIABLE_{number:06}\": \"a value of usual length\","));
    }
    let yaml = format!("Tasks:\n  - Name: t\n    Engine: {{Type: noop}}\n    Env:\n{yaml}");
    let json = format!(
        r#"{{"Tasks": [{{"Name": "t", "Engine": {{"Type": "noop"}}, "Env": {{{json}"LAST": "x"}}}}]}}"#
    );
    let template = yaml.replace("a value of usual length", "a value of {{.usual}} length");
    // Lines that are as short as they can be are the dearest.
    let short: String = (0..70_000).map(|number| format!("      V{number}: x\n")).collect();
    let short = format!("Tasks:\n  - Name: t\n    Engine: {{Type: noop}}\n    Env:\n{short}");
    let options = Options::default().variable("usual", "usual");
    for (name, text) in [("YAML", yaml), ("JSON", json), ("short lines", short), ("a template", template)] {
        let times = peak(text, &options);
        println!("{name}: {times} times");
        assert!(times < MOST, "{name}: {times} times its size");
    }
}
