//! `dayfly doctor`: what it finds, and what it makes of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::support::{Case, Ended, allowed_by_the_system};

/// What is said of one thing.
fn finding(ended: &Ended, name: &str) -> Value {
    let list = ended.json();
    let found = list.as_array().unwrap().iter().find(|finding| finding["name"] == name);
    found.unwrap_or_else(|| panic!("nothing on {name}\n{ended}")).clone()
}

#[test]
fn a_machine_that_runs_jobs_is_said_to() {
    let case = Case::new();
    let ended = case.dayfly(["doctor", "--json"]).exits(0);
    for name in [
        "engine",
        "compiler",
        "components",
        "processor",
        "kernel",
        "openat2",
        "address-space",
        "home",
        "executions",
    ] {
        finding(&ended, name);
    }
    for finding in ended.json().as_array().unwrap() {
        assert!(!finding["says"].as_str().unwrap().is_empty(), "{finding}");
        let health = finding["health"].as_str().unwrap();
        assert!(["ok", "note", "missing"].contains(&health), "{finding}");
        assert!(health != "missing" || finding["remedy"].is_string(), "{finding}");
    }
    assert_eq!(finding(&ended, "executions")["says"], "0 kept, 0 running");
    assert!(!case.home().exists(), "asking makes nothing");

    let text = case.dayfly(["doctor"]).exits(0);
    assert!(text.stdout.lines().any(|line| line.starts_with("ok       engine ")), "{text}");
    assert_eq!(text.stderr, "");
}

#[test]
fn the_executions_at_home_are_counted() {
    let case = Case::new();
    case.guest("return_normally");
    case.dayfly(["run", "return_normally.wasm"]).exits(0);
    case.dayfly(["run", "return_normally.wasm"]).exits(0);
    let ended = case.dayfly(["doctor", "--json"]).exits(0);
    assert_eq!(finding(&ended, "executions")["says"], "2 kept, 0 running");
}

#[test]
fn a_home_that_others_may_write_to_is_told_with_a_remedy() {
    let case = Case::new();
    fs::create_dir(case.home()).unwrap();
    fs::set_permissions(case.home(), fs::Permissions::from_mode(0o777)).unwrap();
    let home = finding(&case.dayfly(["doctor", "--json"]).exits(0), "home");
    assert_eq!(home["health"], "missing");
    assert_eq!(home["remedy"], format!("chmod go-w {}", case.home().display()));
}

#[test]
fn a_cache_that_is_of_no_use_is_told_with_a_remedy() {
    let case = Case::new();
    let cache = || finding(&case.dayfly(["doctor", "--json"]).exits(0), "cache");
    assert_eq!(cache()["says"], "no compiled code is kept yet");
    case.guest("return_normally");
    case.dayfly(["run", "return_normally.wasm"]).exits(0);
    assert!(cache()["says"].as_str().unwrap().starts_with("compiled code of 1 module, "), "{}", cache());
    // Others could plant code there.
    let folder = case.home().join("cache/code");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    assert_eq!((cache()["health"].clone(), cache()["needed"].clone()), ("missing".into(), false.into()));
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o777, "nothing is changed");
    case.dayfly(["run", "return_normally.wasm"]).exits(0);
    assert_eq!(cache()["health"], "ok", "as the remedy says");
    fs::remove_dir_all(case.home().join("cache")).unwrap();
    fs::write(case.home().join("cache"), "").unwrap();
    assert_eq!(cache()["health"], "missing");
    assert!(cache()["says"].as_str().unwrap().contains("cache is no folder"), "{}", cache());
    fs::remove_file(case.home().join("cache")).unwrap();
    std::os::unix::fs::symlink("nowhere", case.home().join("cache")).unwrap();
    assert!(cache()["says"].as_str().unwrap().contains("a link that leads to no folder"), "{}", cache());
    fs::remove_file(case.home().join("cache")).unwrap();
    for (make, what) in [(false, "code is no folder"), (true, "code is a link")] {
        fs::create_dir(case.home().join("cache")).unwrap();
        if make {
            std::os::unix::fs::symlink(".", &folder).unwrap();
        } else {
            fs::write(&folder, "").unwrap();
        }
        assert_eq!(cache()["health"], "missing");
        assert!(cache()["says"].as_str().unwrap().contains(what), "{}", cache());
        fs::remove_dir_all(case.home().join("cache")).unwrap();
    }
}

#[test]
fn the_cache_is_where_the_environment_has_it() {
    let case = Case::new();
    case.guest("return_normally");
    let elsewhere = |arguments: &[&str]| {
        let mut command = case.command(arguments);
        command.env_remove("DAYFLY_HOME").env("XDG_DATA_HOME", case.path("data"));
        command.env("XDG_CACHE_HOME", case.path("kept"));
        case.finish(command).exits(0)
    };
    assert_eq!(finding(&elsewhere(&["doctor", "--json"]), "cache")["says"], "no compiled code is kept yet");
    elsewhere(&["run", "return_normally.wasm"]);
    assert!(case.path("kept/dayfly/code").is_dir());
    let cache = finding(&elsewhere(&["doctor", "--json"]), "cache");
    assert!(cache["says"].as_str().unwrap().starts_with("compiled code of 1 module, "), "{cache}");
}

#[test]
fn a_home_that_can_not_be_is_in_the_way() {
    let case = Case::new();
    fs::write(case.home(), "a file").unwrap();
    let ended = case.dayfly(["doctor", "--json"]).exits(69).says("home");
    assert_eq!(finding(&ended, "home")["needed"], true);
    let text = case.dayfly(["doctor"]).exits(69);
    assert!(text.stdout.contains("set DAYFLY_HOME"), "{text}");
}

#[test]
fn too_few_addresses_are_in_the_way_of_the_run_too() {
    let wrapper = ["sh", "-c", "ulimit -v 3000000 && exec \"$0\" \"$@\""];
    if !allowed_by_the_system(&["sh", "-c", "ulimit -v 3000000"]) {
        return;
    }
    let case = Case::new();
    case.guest("return_normally");
    let ended = case.finish(case.behind(&wrapper, ["doctor", "--json"])).exits(69).says("address-space");
    assert_eq!(finding(&ended, "address-space")["health"], "missing");
    assert_ne!(case.finish(case.behind(&wrapper, ["run", "return_normally.wasm"])).code, Some(0));
}

#[test]
fn without_any_folder_for_state_that_is_said() {
    let case = Case::new();
    for verb in [&["doctor"][..], &["ps"], &["show", "e-1"], &["logs", "e-1"]] {
        let mut command = case.command(verb);
        command.env_remove("HOME").env_remove("DAYFLY_HOME").env_remove("XDG_DATA_HOME");
        case.finish(command).exits(70).prints("").says("DAYFLY_HOME").has_one_error();
    }
}
