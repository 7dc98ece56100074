//! `dayfly ps`: what it lists.

use std::fs;

use rustix::process::Signal;
use serde_json::Value;

use crate::support::{Case, Job};

/// A case in which a job of this name has run with this exit code.
fn case_of(name: &str, code: i32) -> (Case, String) {
    let case = Case::with_job("exit_with", |job: Job| job.arguments([&*code.to_string()]));
    let job = case.read("job.json").replace("\"test\"", &serde_json::json!(name).to_string());
    case.write("job.json", job);
    let outcome = case.run_job(&["--json"]).exits(code).json();
    (case, outcome["executions"][0]["id"].as_str().unwrap().to_owned())
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn an_execution_that_ended_has_a_line() {
    let (case, id) = case_of("night job", 7);
    let ended = case.dayfly(["ps"]).exits(0);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{ended}");
    assert_eq!(words(lines[0]), ["ID", "JOB/TASK", "STATUS", "EXIT", "STARTED", "DURATION", "ENGINE"]);
    let line = words(lines[1]);
    assert!(id.starts_with(line[0]) && line[0].len() == 10, "{ended}");
    assert_eq!(line[1..5], ["night", "job/main", "failed", "7"], "{ended}");
    assert_eq!(line.last(), Some(&"wasm"), "{ended}");
}

#[test]
fn a_home_without_executions_has_an_empty_list() {
    let case = Case::new();
    assert_eq!(case.dayfly(["ps"]).exits(0).stdout.lines().count(), 1);
    case.dayfly(["ps", "--json"]).exits(0).prints("[]\n");
    assert!(!case.home().exists());
}

#[test]
fn nothing_in_a_job_file_moves_the_cursor() {
    let (case, _) = case_of("\u{1b}[2J\nroot/evil", 1);
    let ended = case.dayfly(["ps"]).exits(0);
    assert_eq!(ended.stdout.lines().count(), 2, "{ended}");
    assert!(ended.stdout.contains("\\u{1b}[2J\\nroot/evil/main"), "{ended}");
}

#[test]
fn the_latest_come_first_and_the_rest_with_all() {
    let (case, _) = case_of("many", 0);
    let first = case.dayfly(["ps", "--json"]).exits(0).json()[0].clone();
    let folder = std::path::Path::new(first["folder"].as_str().unwrap()).to_owned();
    let time = |seconds: u64| std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    for number in 0..30 {
        let id = format!("e-00000000-0000-4000-8000-0000000000{number:02}");
        let copy = case.home().join("executions").join(&id);
        fs::create_dir(&copy).unwrap();
        let record = fs::read_to_string(folder.join("execution.json")).unwrap();
        fs::write(copy.join("execution.json"), record.replace(first["id"].as_str().unwrap(), &id)).unwrap();
        let times = fs::FileTimes::new().set_modified(time(1_000_000 + number));
        fs::File::open(&copy).unwrap().set_times(times).unwrap();
    }
    let ended = case.dayfly(["ps"]).exits(0).says("11 more with --all");
    let ids: Vec<&str> = ended.stdout.lines().skip(1).map(|line| words(line)[0]).collect();
    assert_eq!(ids.len(), 20);
    assert_eq!(ids[1], "e-00000000-0000-4000-8000-000000000029", "as long as they have to be");
    assert_eq!(case.dayfly(["ps", "--all"]).exits(0).stdout.lines().count(), 32);
    assert_eq!(case.dayfly(["ps", "-a", "--json"]).exits(0).json().as_array().unwrap().len(), 31);
}

#[test]
fn whatever_time_a_file_has_it_is_shown() {
    let (case, id) = case_of("old", 0);
    let past = std::time::UNIX_EPOCH - std::time::Duration::from_secs(10 * 365 * 24 * 3600);
    let touch = |path: &std::path::Path| {
        fs::File::open(path).unwrap().set_times(fs::FileTimes::new().set_modified(past)).unwrap();
    };
    touch(&case.home().join("executions").join(&id));
    // One without a record shows the time of its folder.
    let bare = "e-00000000-0000-4000-8000-000000000000";
    fs::create_dir_all(case.home().join("executions/.running")).unwrap();
    fs::create_dir(case.home().join("executions").join(bare)).unwrap();
    touch(&case.home().join("executions").join(bare));
    for verb in
        [&["ps"][..], &["ps", "--json"], &["show", &id], &["show", &id, "--json"], &["show", bare, "--json"]]
    {
        assert!(!case.dayfly(verb).exits(0).stdout.is_empty());
    }
    for entry in fs::read_dir(case.home().join("cache/code")).unwrap() {
        touch(&entry.unwrap().path());
    }
    let listed = case.dayfly(["cache", "ls", "--json"]).exits(0).json();
    assert_eq!(listed["entries"][0]["used"], "1970-01-01T00:00:00Z");
}

#[test]
fn one_that_runs_is_listed_and_one_that_was_killed() {
    let case = Case::with_job("spin", |job| job.arguments(["/results/file"]).result("results", "/results"));
    let mut running = case.start(["run", "job.json"]);
    running.wait_for("spinning");
    let list = case.dayfly(["ps", "--json"]).exits(0).json();
    assert_eq!(list.as_array().unwrap().len(), 1, "{list:#}");
    assert_eq!(list[0]["state"], "running");
    // Where the system tells.
    assert!(list[0]["pid"].is_null() || list[0]["pid"] == running.pid(), "{list:#}");
    assert!(case.dayfly(["ps"]).exits(0).stdout.contains(" running "));
    let id = list[0]["id"].as_str().unwrap();
    let shown = case.dayfly(["show", id]).exits(0);
    assert!(shown.stdout.contains("status     running"), "{shown}");

    running.signal(Signal::KILL);
    running.end();
    let list = case.dayfly(["ps", "--json"]).exits(0).json();
    assert_eq!((&list[0]["state"], &list[0]["id"]), (&Value::from("killed"), &Value::from(id)));
    assert!(case.dayfly(["ps"]).exits(0).stdout.contains(" killed "));
}

#[test]
fn a_record_that_is_damaged_costs_nobody_the_list() {
    let (case, id) = case_of("good", 0);
    let (other, bad) = ("e-00000000-0000-4000-8000-000000000000", case.home().join("executions"));
    fs::create_dir(bad.join(other)).unwrap();
    fs::write(bad.join(other).join("execution.json"), "{").unwrap();
    let list = case.dayfly(["ps", "--json"]).exits(0).json();
    let of = |id: &str| list.as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone();
    assert_eq!(of(other)["state"], "damaged");
    assert!(of(other)["reason"].as_str().unwrap().contains("execution.json"));
    assert_eq!((of(&id)["state"].clone(), of(&id)["status"].clone()), ("ended".into(), "succeeded".into()));
    assert!(case.dayfly(["ps"]).exits(0).stdout.contains(" damaged "));
}
