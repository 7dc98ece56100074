//! Where results are published to.

use std::path::Path;

use serde_json::json;

use crate::support::{Case, names};

fn publishing(publisher: serde_json::Value) -> Case {
    let case = Case::with_job("uppercase", |job| {
        job.arguments(["/a.txt", "/kept/a.txt"])
            .local("a.txt", "/a.txt")
            .result("kept", "/kept")
            .task("Publisher", publisher)
    });
    case.write("a.txt", "content");
    case
}

#[test]
fn results_without_a_publisher_stay_in_their_folder() {
    for publisher in [json!({}), json!({"Type": ""}), json!({"Type": "noop"}), json!({"Type": "none"})] {
        let case = publishing(publisher);
        let outcome = case.run_job(&["-o", "out", "--json"]).exits(0).json();
        assert!(outcome["executions"][0]["published"].is_null(), "{outcome}");
        assert_eq!(case.read("out/kept/a.txt"), "CONTENT");
    }
}

#[test]
fn the_local_publisher_leaves_an_archive() {
    let case = publishing(json!({"Type": "local"}));
    let outcome = case.run_job(&["-o", "out", "--json"]).exits(0).json();
    let published = &outcome["executions"][0]["published"];
    assert_eq!(published["type"], "local");
    let archive = Path::new(published["location"].as_str().unwrap());
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(std::fs::File::open(archive).unwrap()));
    let found: Vec<String> =
        tar.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect();
    assert!(found.iter().any(|path| path.ends_with("kept/a.txt")), "{found:?}");
    assert_eq!(names(archive.parent().unwrap()).len(), 1, "something half done is left");
}

#[test]
fn results_of_a_failed_guest_are_published_too() {
    let case = Case::with_job("exit_with", |job| {
        job.arguments(["3"]).result("kept", "/kept").task("Publisher", json!({"Type": "local"}))
    });
    let outcome = case.run_job(&["--json"]).exits(3).json();
    assert_eq!(outcome["executions"][0]["published"]["type"], "local");
}

#[test]
fn publishers_that_are_not_there_are_named_before_anything_runs() {
    let case = publishing(json!({"Type": "ipfs"}));
    let ended = case.run_job(&["-o", "out"]);
    ended.exits(69).has_one_error().prints("").says("ipfs");
    assert!(!case.path("out").exists());
}
