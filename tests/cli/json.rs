//! `--json` and `execution.json`, held against the schema that is published.

use serde_json::{Value, json};

use crate::support::{Case, Job, schema};

const SCHEMA: &str = include_str!("../../docs/outcome.schema.json");

#[track_caller]
fn assert_outcome(outcome: &Value) {
    assert_valid(&schema(SCHEMA), outcome);
}

/// `execution.json` is one execution of the outcome.
#[track_caller]
fn assert_execution(execution: &Value) {
    let mut schema = schema(SCHEMA);
    let reference = json!("#/$defs/execution");
    let object = schema.as_object_mut().unwrap();
    object.retain(|key, _| key.starts_with('$'));
    object.insert("$ref".to_owned(), reference);
    assert_valid(&schema, execution);
}

#[track_caller]
fn assert_valid(schema: &Value, value: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

#[test]
fn the_schema_itself_is_valid() {
    jsonschema::meta::validate(&schema(SCHEMA)).unwrap();
}

#[test]
fn every_way_to_end_has_a_valid_outcome() {
    let endless = |job: Job| job.task("Timeouts", json!({"ExecutionTimeout": 1}));
    let cases = [
        ("succeeded", 0, Case::with_job("return_normally", |job| job)),
        ("failed", 9, Case::with_job("exit_with", |job| job.arguments(["9"]))),
        ("trapped", 134, Case::with_job("trap", |job| job)),
        ("timed_out", 124, Case::with_job("sleep", endless)),
        ("limited", 137, Case::with_job("grow_memory", |job| job.arguments(["trap"]))),
        ("denied", 77, Case::with_job("cat", |job| job.local("/etc", "/in"))),
        ("invalid", 65, Case::with_job("cat", |job| job.param("EntryPoint", "missing"))),
        ("invalid", 66, Case::with_job("cat", |job| job.local("missing", "/in"))),
        ("unavailable", 69, Case::with_job("cat", |job| job.task("Publisher", json!({"Type": "ipfs"})))),
    ];
    for (status, code, case) in cases {
        let outcome = case.run_job(&["--json"]).exits(code).json();
        assert_outcome(&outcome);
        assert_eq!(outcome["status"], status, "{outcome:#}");
        assert_eq!(outcome["exit_code"], code, "{outcome:#}");
        assert_eq!(outcome["reason"].is_string(), status != "succeeded", "{outcome:#}");
    }
}

#[test]
fn a_file_that_is_no_job_has_an_outcome_too() {
    let case = Case::new();
    case.write("job.json", "{");
    let outcome = case.run_job(&["--json"]).exits(65).json();
    assert_outcome(&outcome);
    assert_eq!(outcome["status"], "invalid");
    assert_eq!(outcome["executions"], json!([]));
    let outcome = case.dayfly(["run", "missing.json", "--json"]).exits(66).json();
    assert_outcome(&outcome);
}

#[test]
fn the_record_in_the_folder_is_the_execution_of_the_outcome() {
    let case = Case::with_job("uppercase", |job| {
        job.arguments(["/a.txt", "/kept/a.txt"])
            .input("inline", json!({"URL": "data:,content"}), "/a.txt")
            .result("kept", "/kept")
    });
    let outcome = case.run_job(&["--json", "-o", "out"]).exits(0).json();
    let record: Value = serde_json::from_str(&case.read("out/execution.json")).unwrap();
    assert_execution(&record);
    assert_eq!(record, outcome["executions"][0]);
    assert_eq!(record["engine"], "wasm");
    assert_eq!((record["replica"].as_u64(), record["attempt"].as_u64()), (Some(0), Some(0)));
    assert!(record["id"].as_str().unwrap().starts_with("e-"));
    assert!(record["digests"]["module"].as_str().unwrap().starts_with("sha256:"));
    assert!(record["digests"]["results"]["kept"].as_str().unwrap().starts_with("sha256:"));
    assert!(record["usage"]["written_bytes"].as_u64().unwrap() >= 7);
    assert!(record["usage"]["peak_memory_bytes"].as_u64().unwrap() >= 65536);
}

#[test]
fn the_guests_output_goes_to_standard_error() {
    let case = Case::with_job("return_normally", |job| job);
    let ended = case.run_job(&["--json"]).exits(0).says("done\n");
    assert!(!ended.stdout.contains("done"), "{ended}");
}

#[test]
fn what_was_refused_is_recorded() {
    let case = Case::with_job("escapes_c", |job| job.local("data", "/inputs"));
    case.write("data/data.txt", "content");
    let outcome = case.run_job(&["--json"]).exits(0).json();
    assert_outcome(&outcome);
    let refusals = outcome["executions"][0]["refusals"].as_array().unwrap();
    assert!(!refusals.is_empty());
}
