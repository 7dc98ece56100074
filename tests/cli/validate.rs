//! `dayfly validate`: every finding with its place, and nothing is run.

use crate::support::{Case, Job};

const VALID: &str = "Name: test\nType: batch\nTasks:\n  - Name: main\n    Engine:\n      Type: wasm\n      Params:\n        \
                     EntryModule: missing.wasm\n";

#[test]
fn a_valid_file_is_valid_though_nothing_that_it_names_is_there() {
    let case = Case::new();
    case.write("job.yaml", VALID);
    case.write("job.json", Job::of("missing.wasm").local("missing", "/in").text());
    let ended = case.dayfly(["validate", "job.yaml", "job.json"]).exits(0);
    assert!(ended.stderr.is_empty(), "{ended}");
    assert!(!case.home().exists(), "it only reads the files");
}

#[test]
fn findings_have_their_place_a_code_and_the_line() {
    let case = Case::new();
    case.write("job.yaml", format!("{VALID}Count: many\n"));
    let ended = case.dayfly(["validate", "job.yaml"]).exits(65);
    assert!(ended.stdout.contains("job.yaml:9:8: error[E"), "{ended}");
    assert!(ended.stdout.contains("Count: many"), "{ended}");
    assert!(ended.stdout.contains("^^^^"), "{ended}");
}

#[test]
fn all_findings_of_all_files_are_shown() {
    let case = Case::new();
    case.write("one.yaml", format!("{VALID}Count: many\nColour: blue\n"));
    case.write("two.yaml", "Name: [\n");
    case.write("three.yaml", VALID);
    let ended = case.dayfly(["validate", "one.yaml", "two.yaml", "three.yaml"]).exits(65);
    for place in ["one.yaml:9:8: error[", "one.yaml:10:1: error[", "two.yaml:"] {
        assert!(ended.stdout.contains(place), "`{place}` is missing\n{ended}");
    }
    assert!(!ended.stdout.contains("three.yaml:1"), "{ended}");
}

#[test]
fn misspelt_fields_are_met_with_the_right_one() {
    let case = Case::new();
    case.write("job.yaml", VALID.replace("Tasks:", "Taks:"));
    let ended = case.dayfly(["validate", "job.yaml"]).exits(65);
    assert!(ended.stdout.contains("Tasks"), "{ended}");
}

#[test]
fn warnings_alone_are_no_failure() {
    let case = Case::new();
    case.write("job.yaml", format!("{VALID}Colour: blue\n"));
    let ended = case.dayfly(["validate", "--lenient", "job.yaml"]).exits(0);
    assert!(ended.stdout.contains("job.yaml:9:1: warning["), "{ended}");
}

#[test]
fn a_file_that_is_not_there_is_missing() {
    let case = Case::new();
    case.dayfly(["validate", "missing.yaml"]).exits(66).has_one_error().says("missing.yaml");
}

#[test]
fn findings_as_json_are_one_list() {
    let case = Case::new();
    case.write("job.yaml", format!("{VALID}Count: many\n"));
    let findings = case.dayfly(["validate", "--json", "job.yaml"]).exits(65).json();
    assert_eq!(findings[0]["severity"], "error");
    assert_eq!(findings[0]["place"]["line"], 9);
    assert_eq!(findings[0]["place"]["column"], 8);
}

#[test]
fn the_job_of_the_readme_is_valid() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```yaml\n").unwrap();
    let (job, _) = rest.split_once("```").unwrap();
    let case = Case::new();
    case.write("job.yaml", job);
    let ended = case.dayfly(["validate", "job.yaml"]).exits(0);
    assert!(ended.stdout.ends_with("job.yaml: valid\n") && !ended.stdout.contains("warning["), "{ended}");
}

#[test]
fn several_findings_are_counted_at_the_end() {
    let case = Case::new();
    case.write("one.yaml", format!("{VALID}Count: many\nColour: blue\n"));
    case.write("two.yaml", format!("{VALID}    Colour: blue\n"));
    let ended = case.dayfly(["validate", "one.yaml", "two.yaml"]).exits(65);
    assert_eq!(ended.stdout.lines().last(), Some("2 errors, 1 warning"), "{ended}");
    let ended = case.dayfly(["validate", "two.yaml"]).exits(0);
    assert_eq!(ended.stdout.lines().last(), Some("two.yaml: valid"), "one finding counts itself\n{ended}");
}

#[test]
fn the_two_ways_to_ask_for_json_are_the_same() {
    let case = Case::new();
    case.write("job.yaml", format!("{VALID}Cout: 1\n"));
    let ended = case.dayfly(["validate", "--json", "job.yaml"]).exits(65);
    assert_eq!(ended.json()[0]["replacement"], "Count");
    case.dayfly(["validate", "--format", "json", "job.yaml"]).exits(65).prints(&ended.stdout);
    case.dayfly(["validate", "--format", "text", "--json", "job.yaml"]).exits(2).says("cannot be used with");
    case.dayfly(["validate", "--format", "xml", "job.yaml"]).exits(2).says("sarif");
}

#[test]
fn what_is_no_terminal_gets_no_colours() {
    let case = Case::new();
    case.write("job.yaml", format!("{VALID}Count: many\n"));
    for verb in ["validate", "run"] {
        let ended = case.dayfly([verb, "job.yaml"]).exits(65);
        assert!(!ended.stdout.contains('\x1b') && !ended.stderr.contains('\x1b'), "{ended}");
    }
}

#[test]
fn secrets_are_shown_as_stars() {
    let case = Case::new();
    let env = "Env: {A_TOKEN: hunter2, DB_PASSWORD: swordfish}";
    case.write("job.yaml", format!("Name: a\nTasks:\n  - {{Name: a, Engine: {{Type: noop}}, {env}}}\n"));
    for verb in
        [vec!["validate", "job.yaml"], vec!["convert", "job.yaml", "--to", "bacalhau", "-o", "new.yaml"]]
    {
        let ended = case.dayfly(verb).exits(0);
        let told = format!("{}{}", ended.stdout, ended.stderr);
        assert_eq!(told.matches("warning[W0314]").count(), 2, "{told}");
        assert!(told.contains("A_TOKEN: *******, DB_PASSWORD: *********"), "{told}");
        assert!(!told.contains("hunter2") && !told.contains("swordfish"), "{told}");
    }
}
