//! What dayfly never does to its user: remove what is not its own, wait for what never comes, throw results away, or let
//! a guest speak in its name.

use std::fs;
use std::os::unix::fs::symlink;

use super::support::{Case, names};

/// A name that only dayfly gives to folders in which it puts an execution together.
const STAGING: &str = ".dayfly-staging-e-6f7a3a52-9f0e-4a43-8f0e-111111111111";

#[test]
fn what_others_put_where_results_go_is_neither_followed_nor_removed() {
    let case = Case::new();
    case.guest("return_normally").write("victim/precious", "x");
    fs::create_dir(case.path("place")).unwrap();
    symlink("../victim", case.path("place").join(STAGING)).unwrap();
    case.write("place/.staging-area/mine", "x");
    case.write(".dayfly-staging-of-mine/file", "x");
    for output in ["place/out", "place/two/out"] {
        case.dayfly(["run", "return_normally.wasm", "-o", output]).exits(0);
    }
    assert_eq!(case.read("victim/precious"), "x");
    assert_eq!(case.read("place/.staging-area/mine"), "x");
    assert_eq!(case.read(".dayfly-staging-of-mine/file"), "x");
}

#[test]
fn a_pipe_is_never_waited_for() {
    let case = Case::with_job("return_normally", |job| job);
    let pipe = |path: &str| {
        let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU);
        rustix::fs::mknodat(rustix::fs::CWD, case.path(path), kind, mode, 0).unwrap();
    };
    pipe(STAGING);
    case.run_job(&["-o", "out"]).exits(0);
    fs::remove_file(case.path("return_normally.wasm")).unwrap();
    pipe("return_normally.wasm");
    case.run_job(&[]).exits(66).has_one_error();
}

#[test]
fn a_closed_or_full_standard_error_changes_no_exit_status() {
    let case = Case::new();
    case.guest("return_normally").write("bad.json", "{");
    let with_full = |arguments: &[&str], stream: &str| {
        let mut shell =
            case.behind(&["sh", "-c", &format!("exec \"$0\" \"$@\" {stream}>/dev/full")], arguments);
        shell.env("LC_ALL", "C");
        case.finish(shell)
    };
    with_full(&["run", "nothing.json"], "2").exits(66);
    with_full(&["run", "bad.json"], "2").exits(65);
    with_full(&["validate", "nothing.json"], "2").exits(66);
    with_full(&["run", "return_normally.wasm", "--json"], "").exits(73);
}

#[test]
fn tasks_that_would_share_a_folder_are_refused_before_anything_runs() {
    let case = Case::new();
    case.guest("return_normally");
    let job = |one: &str, two: &str| {
        let task = |name: &str| {
            format!(
                r#"{{"Name": "{name}", "Engine": {{"Type": "wasm", "Params": {{"EntryModule": "return_normally.wasm"}}}}}}"#
            )
        };
        format!(r#"{{"Name": "two", "Type": "batch", "Tasks": [{}, {}]}}"#, task(one), task(two))
    };
    case.write("same.json", job("a/b", "a_b"));
    case.refuses("same.json", 65).says("a/b").says("one folder");
    case.write("long.json", job(&"x".repeat(250), "b"));
    case.refuses("long.json", 65).says("too long");
    case.write("fine.json", job("a/b", "c"));
    case.dayfly(["run", "fine.json", "-o", "out"]).exits(0);
    assert_eq!(names(&case.path("out")), ["a_b", "c"]);
}

#[test]
fn a_place_that_no_results_can_go_to_is_refused_before_anything_runs() {
    let case = Case::with_job("return_normally", |job| job);
    symlink("nowhere", case.path("link")).unwrap();
    case.run_job(&["-o", "link"]).exits(73).has_one_error().prints("");
    case.write("file", "");
    case.run_job(&["-o", "file"]).exits(73).has_one_error().prints("");
}

#[test]
fn a_gpu_that_is_not_there_is_said_before_anything_runs() {
    let case = Case::new();
    case.guest("return_normally");
    let job = |count: &str| {
        format!(
            r#"{{"Name": "gpu", "Type": "batch", "Tasks": [{{"Name": "main",
               "Engine": {{"Type": "wasm", "Params": {{"EntryModule": "return_normally.wasm"}}}},
               "Resources": {{"GPU": "{count}"}}}}]}}"#
        )
    };
    case.write("gpu.json", job("99"));
    case.refuses("gpu.json", 69).says("GPU");
    case.write("none.json", job("0"));
    case.dayfly(["run", "none.json"]).exits(0);
}

#[test]
fn control_characters_of_files_and_guests_are_shown_and_not_sent() {
    let case = Case::new();
    case.write("job.json", r#"{"Name": "x", "Type": "bat\u001b[31mch\ndayfly: all is well", "Tasks": []}"#);
    let ended = case.dayfly(["validate", "job.json"]).exits(65);
    assert!(!ended.stdout.contains('\u{1b}'), "{ended}");
    assert!(!ended.stdout.lines().any(|line| line.starts_with("dayfly: all is well")), "{ended}");
    case.write(
        "entry.json",
        r#"{"Name": "x", "Type": "batch", "Tasks": [{"Name": "m", "Engine": {"Type": "wasm",
           "Params": {"EntryModule": "no\u001b[31mne\ndayfly: all is well"}}}]}"#,
    );
    let ended = case.dayfly(["run", "entry.json"]).exits(66).has_one_error();
    assert!(!ended.stderr.contains('\u{1b}'), "{ended}");
}

#[test]
fn a_result_that_can_not_be_walked_is_not_kept_with_its_links() {
    let case = Case::with_job("nest_deep", |job| job.result("out", "/out"));
    let ended = case.run_job(&["-o", "out"]).exits(1);
    assert!(ended.stderr.contains("nested deeper"), "{ended}");
    assert!(!case.path("out/out").exists());
}

#[test]
fn no_guest_writes_where_code_is_kept_that_runs_outside_of_the_sandbox() {
    let case = Case::new();
    case.guest("return_normally");
    // The cache comes to be within the home folder; first it is not even there.
    for round in 0..2 {
        for folder in ["../home", "../home/cache", "..", "../work/../home/cache/code/deeper"] {
            if !case.path(folder).exists() {
                continue;
            }
            let volume = format!("{folder}:/data:rw");
            case.dayfly(["run", "return_normally.wasm", "-v", &volume])
                .exits(77)
                .has_one_error()
                .says("code that it runs itself");
        }
        case.dayfly(["run", "return_normally.wasm", "-v", "..:/data", "-v", ".:/work:rw"]).exits(0);
        assert!(case.home().join("cache/code").is_dir(), "round {round}");
    }
    symlink("../home", case.path("link")).unwrap();
    case.dayfly(["run", "return_normally.wasm", "-v", "link:/data:rw"]).exits(77);
}

#[test]
fn code_that_can_not_be_kept_is_worth_a_word_and_no_failure() {
    let case = Case::new();
    case.guest("return_normally");
    fs::create_dir_all(case.home().join("cache")).unwrap();
    fs::write(case.home().join("cache/code"), "in the way").unwrap();
    let ended = case.dayfly(["run", "return_normally.wasm"]).exits(0).says("cache");
    assert_eq!(ended.stderr.matches("warning: ").count(), 1, "{ended}");
    let plan = case.dayfly(["plan", "return_normally.wasm"]).exits(0);
    assert!(
        plan.stdout.contains("to be compiled, and not kept")
            && plan.stdout.contains("code is not kept: the code cache"),
        "{plan}"
    );
    let quiet = case.dayfly(["run", "return_normally.wasm", "-q"]).exits(0);
    assert_eq!(quiet.stderr, "");
}
