//! What stands around a spec.

use dayfly_spec::Severity;

use crate::common::{codes, job_with_warnings, parse, places};
use crate::says;

/// The codes of a text that has notes and nothing else.
fn notes(text: &str) -> Vec<&'static str> {
    let found = parse(text).diagnostics;
    assert!(found.iter().all(|found| found.severity == Severity::Note), "{found:?}");
    found.iter().map(|found| found.code.name()).collect()
}

#[test]
fn what_job_describe_prints_can_be_run_again() {
    let text = r#"{
  "Job": {
    "ID": "j-1", "Name": "again", "Namespace": "default", "Type": "batch", "Count": 1, "Version": 2,
    "State": {"StateType": "Completed"}, "Revision": 3, "CreateTime": 1, "ModifyTime": 2,
    "Tasks": [{"Name": "main", "Engine": {"Type": "noop"}}]
  },
  "Executions": {"Items": []},
  "History": {"Items": [{"Type": "JobLevel"}]}
}"#;
    assert_eq!(notes(text), ["N0227"]);
    let job = job_with_warnings(text);
    assert_eq!(job.name.unwrap().value, "again");
    assert_eq!(job.tasks[0].name.origin.change, "Job.Tasks[0].Name");
}

#[test]
fn what_is_wrong_inside_an_answer_is_told() {
    let text = r#"{"Job": {"ID": "j-1", "Colour": "blue", "Tasks": [{"Name": "main"}]}}"#;
    assert_eq!(codes(text), ["E0102", "E0106"]);
    assert_eq!(codes(r#"{"Job": {"Name": "x"}}"#), ["E0106"]);
    assert_eq!(codes(r#"{"Job": {"colour": "blue"}}"#), ["E0100"]);
}

#[test]
fn what_describe_printed_can_be_run_again() {
    let text = r#"
Job:
  APIVersion: V1beta1
  Metadata:
    ID: 92d5d4ee-3765-4f78-8353-623f5f26df08
    ClientID: 4d9a92dd
    CreatedAt: "2023-03-02T10:00:00Z"
    Requester: {RequesterNodeID: Qm1, RequesterPublicKey: "AAAA"}
  Spec:
    Engine: Noop
    Wasm: {EntryModule: {}}
    Language: {JobContext: {}}
    Sharding: {BatchSize: 1, GlobPatternBasePath: /inputs}
    Verifier: Noop
    Publisher: Noop
  Status: {}
State:
  JobID: 92d5d4ee
Events: [{EventName: Created}]
"#;
    let job = job_with_warnings(text);
    assert_eq!(job.name.unwrap().value, "92d5d4ee-3765-4f78-8353-623f5f26df08");
    assert_eq!(job.namespace.unwrap().value, "4d9a92dd");
    // One note for the metadata, one for what stands around the job.
    assert_eq!(notes(text), ["N0227", "N0227"]);
}

#[test]
fn a_request_of_the_clients_is_read() {
    let payload = r#"{"APIVersion": "V1beta2", "ClientID": "abc", "Spec": {"Engine": 1}}"#;
    for (key, signature) in [
        ("payload", "\"signature\": \"x\", \"client_public_key\": \"y\""),
        ("job_create_payload", "\"signature\": \"x\", \"client_public_key\": \"y\""),
        ("data", "\"client_signature\": \"x\", \"client_public_key\": \"y\""),
        ("Payload", "\"Signature\": \"x\""),
    ] {
        let text = format!(r#"{{"{key}": {payload}, {signature}}}"#);
        let job = job_with_warnings(&text);
        assert_eq!(job.namespace.unwrap().value, "abc");
        assert_eq!(notes(&text), ["N0227"]);
    }
    assert_eq!(codes(r#"{"ClientID": "abc", "APIVersion": "V1beta2", "Spec": {"Engine": 1}}"#), [""; 0]);
    assert_eq!(codes(r#"{"payload": "e30=", "signature": "x"}"#), ["E0105"]);
    assert_eq!(
        notes(r#"{"Job": {"Tasks": [{"Name": "a", "Engine": {"Type": "noop"}}]}, "Force": true}"#),
        ["N0227"]
    );
}

#[test]
fn fields_of_the_spec_beside_it_are_told_about_and_skipped() {
    let text =
        "Publisher: local\nSpec: {Engine: noop}\noutputs: []\nengine_spec: {Type: wasm}\nColour: blue\n";
    assert_eq!(codes(text), ["W0225", "W0225", "W0225", "W0104"]);
    assert_eq!(places(text, "W0225"), ["Publisher", "outputs", "engine_spec"]);
    assert_eq!(job_with_warnings(text).tasks[0].publisher, None);
}

#[test]
fn a_version_is_one_of_three_in_any_case() {
    for version in ["V1beta2", "v1beta1", " V1ALPHA1 "] {
        assert_eq!(codes(format!("APIVersion: \"{version}\"\nSpec: {{Engine: noop}}")), [""; 0], "{version}");
    }
    assert_eq!(codes("APIVersion: V1beta7\nSpec: {Engine: noop}"), ["W0302"]);
    assert_eq!(says("APIVersion: ''\nSpec: {Engine: noop}", "W0302"), "Bacalhau says: APIVersion is empty");
}

#[test]
fn a_job_without_a_spec_is_empty() {
    assert_eq!(says("APIVersion: V1beta1\nMetadata: {}", "E0106"), "Bacalhau says: job spec is empty");
    assert_eq!(codes("APIVersion: V1beta1\nSpec: noop"), ["E0105"]);
}
