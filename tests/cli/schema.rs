//! `dayfly schema`: JSON Schemas for editors.

use serde_json::Value;

use crate::support::Case;

#[test]
fn the_schema_of_job_files_goes_to_standard_output() {
    let ended = Case::new().dayfly(["schema", "bacalhau"]).exits(0);
    assert_eq!(ended.stderr, "");
    let schema: Value = serde_json::from_str(&ended.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let job = |engine: &str| serde_json::json!({"name": "hello", "Tasks": [{"Name": "main", "engine": {"Type": engine}}]});
    assert!(validator.is_valid(&job("noop")));
    assert!(!validator.is_valid(&job("steam")));
}

#[test]
fn a_dialect_that_is_not_known_is_refused_with_those_that_are() {
    Case::new().dayfly(["schema", "cobol"]).exits(2).prints("").says("bacalhau");
    Case::new().dayfly(["schema"]).exits(2).prints("").says("<DIALECT>");
}
