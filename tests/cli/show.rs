//! `dayfly show`: one execution, for a person.

use serde_json::{Value, json};

use crate::support::{Case, Job};

fn uppercase(job: Job) -> Job {
    job.arguments(["/a.txt", "/kept/a.txt"])
        .input("inline", json!({"URL": "data:,content"}), "/a.txt")
        .result("kept", "/kept")
}

#[test]
fn everything_in_the_record_is_shown_in_words() {
    let case = Case::with_job("uppercase", uppercase);
    let record = case.run_job(&["--json"]).exits(0).json()["executions"][0].clone();
    let id = record["id"].as_str().unwrap();
    let ended = case.dayfly(["show", &id[..10]]).exits(0);
    let said = [
        format!("execution  {id}"),
        "job        test, j-".to_owned(),
        "task       main, replica 0, attempt 0".to_owned(),
        "status     succeeded, exit code 0".to_owned(),
        format!("started    {}", record["started"].as_str().unwrap()),
        format!("folder     {}", record["folder"].as_str().unwrap()),
        format!("module         {}", record["digests"]["module"].as_str().unwrap()),
        format!("input /a.txt   {}", record["digests"]["inputs"]["/a.txt"].as_str().unwrap()),
        record["digests"]["results"]["kept"].as_str().unwrap().to_owned(),
        "read           7 B".to_owned(),
        "at most".to_owned(),
    ];
    for part in said {
        assert!(ended.stdout.contains(&part), "`{part}` is missing\n{ended}");
    }
    assert_eq!(ended.stderr, "");
}

#[test]
fn json_is_the_record() {
    let case = Case::with_job("uppercase", uppercase);
    let mut record = case.run_job(&["--json"]).exits(0).json()["executions"][0].clone();
    record["state"] = "ended".into();
    let id = record["id"].as_str().unwrap().to_owned();
    assert_eq!(case.dayfly(["show", "--json", &id]).exits(0).json(), record);
}

#[test]
fn refusals_come_with_what_would_allow_them() {
    let case = Case::with_job("escapes_c", |job| job.local("data", "/inputs"));
    case.write("data/data.txt", "content");
    let record = case.run_job(&["--json"]).exits(0).json()["executions"][0].clone();
    let ended = case.dayfly(["show", record["id"].as_str().unwrap()]).exits(0);
    assert!(ended.stdout.contains("\nrefused\n"), "{ended}");
    let remedies: Vec<&str> = record["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|refusal| refusal["remedy"].as_str())
        .collect();
    assert!(!remedies.is_empty());
    assert!(remedies.iter().all(|remedy| ended.stdout.contains(remedy)), "{ended}");
}

#[test]
fn a_folder_of_the_users_choice_is_shown_by_its_path() {
    let case = Case::with_job("exit_with", |job| job.arguments(["3"]));
    case.run_job(&["-o", "out"]).exits(3);
    let ended = case.dayfly(["show", "./out"]).exits(0);
    assert!(ended.stdout.contains("status     failed, exit code 3"), "{ended}");
    assert!(ended.stdout.contains("reason     the guest exited with code 3"), "{ended}");
    // It may have been moved since.
    std::fs::rename(case.path("out"), case.path("moved")).unwrap();
    let ended = case.dayfly(["show", "./moved"]).exits(0);
    assert!(ended.stdout.contains(&format!("folder     {}", case.path("moved").display())), "{ended}");
}

#[test]
fn what_is_not_there_and_what_is_not_clear_is_said() {
    let case = Case::new();
    case.guest("return_normally");
    for unknown in ["e-1234", "zzz", "", "out", "./out", "/etc"] {
        let ended = case.dayfly(["show", unknown]).exits(66).prints("").has_one_error();
        assert!(unknown == "/etc" || ended.stderr.contains("dayfly ps --all"), "{ended}");
    }
    // Sixteen first digits, seventeen executions.
    let outcome = |_| case.dayfly(["run", "return_normally.wasm", "--json"]).exits(0).json();
    let ids: Vec<Value> =
        (0..17).map(outcome).map(|outcome| outcome["executions"][0]["id"].clone()).collect();
    let same = ids
        .iter()
        .map(|id| &id.as_str().unwrap()[..3])
        .find(|first| ids.iter().filter(|id| id.as_str().unwrap().starts_with(*first)).count() > 1);
    case.dayfly(["show", same.unwrap()])
        .exits(66)
        .prints("")
        .says("could be any of")
        .says("e-")
        .has_one_error();
}
