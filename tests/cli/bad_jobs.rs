//! Job files and command lines that can't be run: one clear error, the documented exit status, and nothing left
//! behind.

use std::fs;

use serde_json::json;

use crate::support::{Case, Ended};

/// Runs a job file of this text, and expects that it fails.
#[track_caller]
fn refuses_text(text: &str, code: i32) -> Ended {
    let case = Case::new();
    case.guest("return_normally").write("job.yaml", text);
    case.refuses("job.yaml", code)
}

#[test]
fn a_file_that_is_not_there() {
    Case::new().refuses("missing.yaml", 66).says("missing.yaml");
    Case::new().refuses("missing.wasm", 66).says("missing.wasm");
}

#[test]
fn a_file_that_is_too_large() {
    let case = Case::new();
    for (name, start, says) in [("job.yaml", "Name: x\n", "E0002"), ("x.wasm", "\0asm", "the largest file")] {
        let path = case.write(name, start);
        fs::File::options().write(true).open(path).unwrap().set_len(1 << 31).unwrap();
        case.refuses(name, 65).says(says);
    }
    let validated = case.dayfly(["validate", "/dev/zero"]).exits(65);
    assert!(validated.stdout.contains("E0002"), "{validated}");
}

#[test]
fn an_empty_file() {
    refuses_text("", 65).says("job.yaml");
    refuses_text("\n# only a comment\n", 65);
}

#[test]
fn a_folder() {
    let case = Case::new();
    fs::create_dir(case.path("folder")).unwrap();
    case.refuses("folder", 66).says("folder");
    fs::rename(case.path("folder"), case.path("folder.wasm")).unwrap();
    case.refuses("folder.wasm", 66).says("folder");
}

#[test]
fn broken_yaml() {
    refuses_text("Name: test\nTasks: [\n  - {", 65).says("job.yaml:");
    refuses_text("Name: \"test\nType: batch\n", 65).says("job.yaml:");
    refuses_text("Name: test\n\tType: batch\n", 65).says("job.yaml:2:");
}

#[test]
fn broken_json() {
    refuses_text("{\"Name\": \"test\", \"Tasks\": [}", 65).says("job.yaml:1:");
}

#[test]
fn bytes_that_are_no_text() {
    let case = Case::new();
    case.write("job.yaml", b"Name: \xff\xfe\n");
    case.refuses("job.yaml", 65).says("job.yaml:1:");
    case.write("job.yaml", b"Name: a\0b\n");
    case.refuses("job.yaml", 65).says("job.yaml:1:");
}

#[test]
fn keys_that_stand_twice() {
    refuses_text(&valid_job("Name: again\n"), 65).says("job.yaml:").says("twice");
    refuses_text(&valid_job("name: again\n"), 65).says("the same field");
}

#[test]
fn top_level_keys_that_are_not_known() {
    refuses_text(&valid_job("Colour: blue\n"), 65).says("Colour").says("job.yaml:9:1");
}

#[test]
fn values_of_the_wrong_type() {
    refuses_text(&valid_job("Count: many\n"), 65).says("job.yaml:9:8");
    refuses_text(&valid_job("Labels: [a]\n"), 65).says("Labels");
}

#[test]
fn a_job_without_tasks() {
    refuses_text("Name: test\nType: batch\n", 65).says("Tasks");
}

#[test]
fn command_lines_that_make_no_sense() {
    let case = Case::new();
    for arguments in [
        &["run"][..],
        &["run", "a.wasm", "-v", "no target"],
        &["run", "a.wasm", "-e", "no value"],
        &["run", "a.wasm", "--memory", "much"],
        &["run", "a.wasm", "--timeout", "0"],
        &["jump"],
    ] {
        case.dayfly(arguments).exits(2).prints("").says("error: ");
    }
}

#[test]
fn what_only_modules_have_is_refused_for_job_files() {
    let case = Case::with_job("return_normally", |job| job);
    for option in [&["-e", "A=b"][..], &["-v", ".:/in"], &["--entry", "main"]] {
        let ended = case.run_job(option);
        assert!(matches!(ended.code, Some(2 | 65)), "{ended}");
        ended.has_one_error().prints("");
    }
}

#[test]
fn results_whose_names_are_taken() {
    for name in ["stdout", "stderr", "exitCode", "execution.json", "../out", "a/b", "..", ""] {
        let case = Case::with_job("return_normally", |job| job.result(name, "/results"));
        case.refuses("job.json", 65);
    }
}

#[test]
fn timeouts_that_are_negative() {
    let case = Case::with_job("return_normally", |job| job.task("Timeouts", json!({"ExecutionTimeout": -1})));
    case.refuses("job.json", 65).says("ExecutionTimeout");
}

/// A job in YAML that runs, with eight lines before what is appended.
fn valid_job(more: &str) -> String {
    format!(
        "Name: test\nType: batch\nTasks:\n  - Name: main\n    Engine:\n      Type: wasm\n      Params:\n        \
         EntryModule: return_normally.wasm\n{more}"
    )
}
