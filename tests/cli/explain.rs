//! `dayfly explain`: what is behind a finding.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::Case;

/// Every code that is listed, with its title.
fn listed() -> Vec<(String, String)> {
    let ended = Case::new().dayfly(["explain"]).exits(0);
    let lines = ended.stdout.lines().map(|line| line.split_once("  ").unwrap());
    lines.map(|(code, title)| (code.to_owned(), title.to_owned())).collect()
}

#[test]
fn every_code_that_is_listed_is_explained_and_shown() {
    let case = Case::new();
    let codes = listed();
    assert!(codes.len() > 40, "{codes:?}");
    let mut shown = 0;
    for (code, title) in codes {
        let ended = case.dayfly(["explain", &code]).exits(0);
        assert!(ended.stdout.starts_with(&format!("{code}: {title}\n\n")), "{ended}");
        assert!(!ended.stdout.contains('\x1b') && ended.stderr.is_empty(), "{ended}");
        if ended.stdout.contains("\nWrong:\n") {
            assert!(ended.stdout.contains(&format!("[{code}]: ")), "the finding is not shown\n{ended}");
            assert!(ended.stdout.contains("\nRight:\n"), "{ended}");
            shown += 1;
        } else {
            assert!(ended.stdout.contains("too large to be shown"), "{ended}");
        }
    }
    assert!(shown > 40, "{shown}");
    assert!(!case.home().exists(), "it only explains");
}

#[test]
fn every_explanation_looks_as_it_did() {
    let case = Case::new();
    let codes = listed();
    for (code, title) in &codes {
        let shown = case.dayfly(["explain", code]).exits(0).stdout;
        insta::with_settings!({
            snapshot_path => "snapshots/explain",
            prepend_module_to_snapshot => false,
            omit_expression => true,
            description => title,
        }, {
            insta::assert_snapshot!(code.as_str(), shown);
        });
    }
    let known: BTreeSet<_> = codes.into_iter().map(|(code, _)| format!("{code}.snap")).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/snapshots/explain");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name), "{name} belongs to no code");
    }
}

#[test]
fn any_case_will_do() {
    let case = Case::new();
    let ended = case.dayfly(["explain", "e0102"]).exits(0);
    case.dayfly(["explain", "E0102"]).exits(0).prints(&ended.stdout);
}

#[test]
fn codes_that_are_misspelt_are_met_with_a_near_one() {
    let case = Case::new();
    case.dayfly(["explain", "E102"]).exits(2).prints("").says("E0102").says("dayfly explain");
    let ended = case.dayfly(["explain", "nothing"]).exits(2).prints("").says("dayfly explain");
    assert!(ended.stderr.lines().count() < 10, "not every code is listed with a mistake\n{ended}");
}
