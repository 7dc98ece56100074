//! Bacalhau's legacy form of every version, tasks of IPVM, and jobs inside answers and requests.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

#[path = "../common/mod.rs"]
mod common;

mod containers;
mod detection;
mod engines;
mod ipvm;
mod jobs;
mod numbers;
mod results;
mod sizes;
mod spellings;
mod storages;

use dayfly_spec::model::Task;

/// The only task of a job.
fn task(text: &str) -> Task {
    let mut job = common::job(text);
    assert_eq!(job.tasks.len(), 1);
    job.tasks.remove(0)
}

/// The only task of a job that may have warnings.
fn task_with_warnings(text: &str) -> Task {
    common::job_with_warnings(text).tasks.remove(0)
}

/// What Bacalhau says about the only finding of a code in a text.
fn says(text: &str, code: &str) -> String {
    let found: Vec<_> =
        common::parse(text).diagnostics.into_iter().filter(|found| found.code.name() == code).collect();
    assert_eq!(found.len(), 1, "{}", common::render("job", text));
    found[0].note.clone().unwrap_or_default()
}
