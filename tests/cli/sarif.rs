//! `dayfly validate --format sarif`, held against what the format requires.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Case, schema};

const SCHEMA: &str = include_str!("sarif/log.schema.json");

/// The log of some files, which must be one.
#[track_caller]
fn log(case: &Case, files: &[&str], status: i32) -> Value {
    let arguments = ["validate", "--format", "sarif"].iter().chain(files);
    let log = case.dayfly(arguments).exits(status).json();
    let validator = jsonschema::validator_for(&schema(SCHEMA)).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{log:#}");
    log["runs"][0].clone()
}

#[test]
fn findings_have_their_rule_and_region() {
    let case = Case::new();
    case.write(
        "a job.yaml",
        "Name: \u{1f642}\nTasks: [{Name: a, Engine: {Type: noop}, 'Résources': {}}]\nname: b\n",
    );
    let run = log(&case, &["a job.yaml"], 65);
    let results = run["results"].as_array().unwrap();
    let [unknown, twice] = results.as_slice() else { panic!("{run:#}") };

    assert_eq!((&unknown["ruleId"], &unknown["level"]), (&json!("W0104"), &json!("warning")));
    let place = &unknown["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20job.yaml");
    let region = json!({"startLine": 2, "startColumn": 41, "endLine": 2, "endColumn": 52});
    assert_eq!(place["region"], region, "columns count characters");
    let change = &unknown["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(change["insertedContent"]["text"], "'Resources'", "quotes stay");
    assert_eq!(change["deletedRegion"], region);

    assert_eq!(twice["ruleId"], "E0009");
    assert_eq!(twice["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 1);
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("Right:"), "{rule:#}");
    }
}

#[test]
fn fixes_that_are_made_leave_nothing_to_find() {
    let case = Case::new();
    let text = "{\"Name\": \"x\",\n \"Taks\": [{\"Name\": \"a\", \"Engine\": {\"Type\": \"nop\"}}]}\n";
    case.write("job.json", text);
    let run = log(&case, &["job.json"], 65);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for result in run["results"].as_array().unwrap().iter().rev() {
        let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        let region = &change["deletedRegion"];
        let at = |name: &str| region[name].as_u64().unwrap() as usize - 1;
        let inserted = change["insertedContent"]["text"].as_str().unwrap();
        lines[at("startLine")].replace_range(at("startColumn")..at("endColumn"), inserted);
    }
    fs::write(case.path("job.json"), lines.join("\n")).unwrap();
    assert_eq!(log(&case, &["job.json"], 0)["results"], json!([]), "{}", lines.join("\n"));
}

#[test]
fn braces_and_links_of_a_file_are_text() {
    let case = Case::new();
    case.write("job.yaml", "Tasks: [{Name: a, Engine: {Type: noop}, '[x](http://{0})': 1}]\n");
    let run = log(&case, &["job.yaml"], 0);
    let text = run["results"][0]["message"]["text"].as_str().unwrap();
    assert!(text.contains(r"\[x\](http://{{0}})"), "{text}");
}

#[test]
fn a_file_that_is_not_there_is_told_of() {
    let case = Case::new();
    case.write("job.yaml", "Tasks: [{Name: a, Engine: {Type: noop}}]\n");
    let run = log(&case, &["job.yaml", "missing.yaml"], 66);
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let told = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert!(told["message"]["text"].as_str().unwrap().contains("missing.yaml"), "{told:#}");
    assert_eq!(log(&case, &["job.yaml"], 0)["invocations"][0]["executionSuccessful"], true);
}

/// What only `dayfly convert` tells, of files that are valid.
const OF_CONVERT: &[&str] = &["E0240"];

#[test]
fn every_code_makes_a_valid_rule() {
    let case = Case::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/spec/src/diagnostic/examples");
    let (mut names, mut variables) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if OF_CONVERT.contains(&path.file_stem().unwrap().to_str().unwrap()) {
            continue;
        }
        let text = fs::read(&path).unwrap();
        let divider = b"=== right ===";
        let end = text.windows(divider.len()).position(|window| window == divider).unwrap();
        // The variable that an example asks for.
        let first = text.split(|byte| *byte == b'\n').next().unwrap();
        if let Some(variable) = first.strip_prefix(b"# --var ") {
            variables.extend(["--var".to_owned(), String::from_utf8(variable.to_vec()).unwrap()]);
        }
        let name = format!("{}.yaml", path.file_stem().unwrap().to_str().unwrap());
        fs::write(case.path(&name), &text[..end]).unwrap();
        names.push(name);
    }
    let files: Vec<&str> = variables.iter().chain(&names).map(String::as_str).collect();
    let run = log(&case, &files, 65);
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), names.len());
}
