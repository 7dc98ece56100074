//! A converted job is the same job.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

#[path = "../common/mod.rs"]
mod common;
mod faults;
#[path = "../common/files.rs"]
mod files;
mod functions;
mod generated;
mod same;

use dayfly_spec::{Format, Options, Source, read};

use same::assert_same;

#[test]
fn every_file_that_is_a_job_is_the_same_job_once_it_is_converted() {
    let mut converted = 0;
    for file in files::all() {
        let source = Source::new(&*file.name, file.bytes);
        // Templates stand for many jobs; one of them is what they are without being rendered.
        for templates in [true, false] {
            let parsed = read(&source, &Options::default().templates(templates));
            let Some(job) = parsed.job else { continue };
            let fault = faults::known(&file.name);
            for format in [Format::Yaml, Format::Json] {
                assert_same(&file.name, &job, format, fault);
            }
            converted += 1;
        }
    }
    assert!(converted > 0);
}
