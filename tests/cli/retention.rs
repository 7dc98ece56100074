//! How many executions are kept.

use std::fs::{File, FileTimes};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::support::{Case, Ended, names};

/// A home with a run that ended some days ago; nothing happened there since.
fn quiet_since(days: u32) -> (Case, PathBuf) {
    let case = Case::new();
    case.guest("return_normally");
    let outcome = case.dayfly(["run", "return_normally.wasm", "--json"]).exits(0).json();
    let folder = PathBuf::from(outcome["executions"][0]["folder"].as_str().unwrap());
    let past = SystemTime::now() - Duration::from_secs(24 * 3600) * days;
    for path in [&folder, &case.home().join("executions")] {
        File::open(path).unwrap().set_times(FileTimes::new().set_modified(past)).unwrap();
    }
    (case, folder)
}

fn run_keeping(case: &Case, keep: &str) -> Ended {
    let mut command = case.command(["run", "return_normally.wasm", "--json"]);
    command.env("DAYFLY_KEEP", keep);
    case.finish(command)
}

#[test]
fn an_execution_of_long_ago_goes_with_the_next_run() {
    let (case, old) = quiet_since(31);
    let outcome = run_keeping(&case, "").exits(0).json();
    let new = PathBuf::from(outcome["executions"][0]["folder"].as_str().unwrap());
    assert!(!old.exists() && new.join("execution.json").is_file());
    assert_eq!(names(&case.home().join("executions/.running")), [""; 0]);
}

#[test]
fn one_of_lately_stays() {
    let (case, old) = quiet_since(29);
    run_keeping(&case, "").exits(0);
    assert!(old.join("execution.json").is_file());
}

#[test]
fn the_environment_says_how_many_are_kept() {
    let (case, old) = quiet_since(2);
    run_keeping(&case, "all").exits(0);
    assert!(old.exists());
    let (case, old) = quiet_since(2);
    let outcome = run_keeping(&case, "executions=0").exits(0).json();
    assert!(!old.exists());
    // Who ran it is about to look at it.
    assert!(PathBuf::from(outcome["executions"][0]["folder"].as_str().unwrap()).exists());
}

#[test]
fn a_folder_that_is_no_execution_is_left_alone() {
    let (case, old) = quiet_since(31);
    std::fs::remove_file(old.join("execution.json")).unwrap();
    let past = SystemTime::now() - Duration::from_secs(24 * 3600) * 31;
    File::open(&old).unwrap().set_times(FileTimes::new().set_modified(past)).unwrap();
    run_keeping(&case, "executions=0").exits(0);
    assert!(old.is_dir(), "it has the name of one, but no record");
}

#[test]
fn a_wish_that_makes_no_sense_is_refused_before_anything_runs() {
    let (case, old) = quiet_since(31);
    let ended =
        run_keeping(&case, "10 days").exits(2).says("DAYFLY_KEEP").says("executions=N").has_one_error();
    assert_eq!(ended.json()["executions"], serde_json::json!([]));
    assert!(old.exists());
}

#[test]
fn a_run_with_a_folder_of_its_own_clears_nothing_away() {
    let (case, old) = quiet_since(31);
    case.dayfly(["run", "return_normally.wasm", "-o", "out"]).exits(0);
    assert!(old.exists());
}
