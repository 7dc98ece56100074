//! Functions: their keys stay as they are written, and are written where a program made the job.

use dayfly_spec::model::Job;
use dayfly_spec::{Dialect, Format, convert};

use crate::same::{assert_same, without_origins};

const JOBS: [&str; 4] = [
    "{http.route: '/,  /a/{b}/{rest...}', http.methods: 'get,put', http.host: 'A.com *.b.org', http.concurrency: '2', \
     http.reuse: '1'}",
    "{http.methods: POST}",
    "{http.route: '/%2C%20é'}",
    "{http.concurrency: '1'}",
];

fn job(meta: &str) -> Job {
    let engine = "{Type: wasm, Params: {EntryModule: a.wasm}}";
    Job::parse(&format!("Type: service\nTasks: [{{Name: a, Engine: {engine}, Meta: {meta}}}]")).unwrap()
}

#[test]
fn keys_stay_as_they_are_written() {
    for meta in JOBS {
        for format in [Format::Yaml, Format::Json] {
            assert_same(meta, &job(meta), format, None);
        }
    }
    let text = convert(&job(JOBS[0]), Dialect::Bacalhau, Format::Yaml).unwrap();
    assert!(text.contains("http.methods: \"get,put\"\n"), "{text}");
}

#[test]
fn a_function_that_a_program_made_has_its_keys_written() {
    for meta in JOBS {
        let mut made = job(meta);
        made.tasks[0].meta.clear();
        let text = convert(&made, Dialect::Bacalhau, Format::Yaml).unwrap();
        let again = Job::parse(&text).unwrap();
        let [made, again] = [&made, &again].map(|job| {
            let mut job = job.clone();
            job.tasks[0].meta.clear();
            without_origins(&job)
        });
        assert_eq!(made, again, "{text}");
    }
}

#[test]
fn what_the_job_says_for_all_is_not_written_twice() {
    let engine = "{Type: wasm, Params: {EntryModule: a.wasm}}";
    let text = format!("Type: service\nMeta: {{http.route: /a}}\nTasks: [{{Name: a, Engine: {engine}}}]");
    let job = Job::parse(&text).unwrap();
    assert_same("a job's route", &job, Format::Yaml, None);
    let text = convert(&job, Dialect::Bacalhau, Format::Yaml).unwrap();
    assert_eq!(text.matches("http.route").count(), 1, "{text}");
}
