//! What the standard libraries of Rust and C do with files works wherever a guest may write.

use crate::support::{Case, Ended, names};

const RUST: &str = "writable_files";
const C: &str = "writable_files_c";

/// What both guests show; the one in Rust has one more.
const BEHAVIOURS: &[&str] = &[
    "mkdir",
    "readdir",
    "nesting",
    "rename",
    "unlink",
    "links",
    "append",
    "truncate",
    "seek",
    "sparse",
    "timestamps",
    "open files",
    "names",
];

#[track_caller]
fn all_held(ended: Ended) {
    let ended = ended.exits(0);
    for behaviour in BEHAVIOURS {
        let line = format!("ok {behaviour}");
        assert!(ended.stdout.lines().any(|printed| printed == line), "`{line}` is missing\n{ended}");
    }
}

#[track_caller]
fn in_scratch_space(module: &str) {
    let case = Case::with_job(module, |job| job.arguments(["/"]));
    all_held(case.run_job(&[]));
}

#[track_caller]
fn in_a_result(module: &str) {
    let case =
        Case::with_job(module, |job| job.arguments(["/deep/results"]).result("results", "/deep/results"));
    all_held(case.run_job(&["-o", "out"]));
    assert!(names(&case.path("out")).contains(&"results".to_owned()));
}

#[track_caller]
fn in_a_folder_of_the_host(module: &str) {
    let case = Case::new();
    case.guest(module).write("data/there before", "");
    let module = format!("{module}.wasm");
    all_held(case.dayfly(["run", &module, "-v", "data:/data:rw", "--", "/data"]));
    assert!(case.path("data/there before").exists());
}

#[track_caller]
fn in_a_root_of_the_host(module: &str) {
    let case = Case::new();
    case.guest(module).write("data/there before", "");
    let module = format!("{module}.wasm");
    all_held(case.dayfly(["run", &module, "-v", "data:/:rw", "--", "/"]));
}

#[test]
fn rust_in_scratch_space() {
    in_scratch_space(RUST);
}

#[test]
fn rust_in_a_result() {
    in_a_result(RUST);
}

#[test]
fn rust_in_a_folder_of_the_host() {
    in_a_folder_of_the_host(RUST);
}

#[test]
fn rust_in_a_root_of_the_host() {
    in_a_root_of_the_host(RUST);
}

#[test]
fn c_in_scratch_space() {
    in_scratch_space(C);
}

#[test]
fn c_in_a_result() {
    in_a_result(C);
}

#[test]
fn c_in_a_folder_of_the_host() {
    in_a_folder_of_the_host(C);
}

#[test]
fn c_in_a_root_of_the_host() {
    in_a_root_of_the_host(C);
}

#[test]
fn timers_wake_the_guest_in_their_order() {
    let case = Case::new();
    case.guest("poll_timers");
    case.dayfly(["run", "poll_timers.wasm"])
        .exits(0)
        .prints("over: [1]\nover: [1]\nover: [1]\nnothing to wait for: inval\n");
}

#[test]
fn a_sleep_ends() {
    let case = Case::new();
    case.guest("sleep");
    case.dayfly(["run", "sleep.wasm", "--", "10"]).exits(0).prints("sleeping\nawake\n");
}
