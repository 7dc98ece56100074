//! The job's own fields, and whole jobs.

use dayfly_spec::model::{Data, Retry};

use crate::common::{codes, job, job_with_warnings, parse, places};
use crate::{notes, says, task, with_field};

#[test]
fn unusual_names_are_remarked_at_the_first_unusual_character() {
    let text = "Name: Docker job\nNamespace: My_Team\nTasks: [{Name: a.b, Engine: {Type: noop}}]";
    assert_eq!(notes(text), ["N0312"; 3]);
    assert_eq!(places(text, "N0312"), [" ", "My_Team", "."]);
    assert_eq!(job(text).name.unwrap().value, "Docker job");
}

#[test]
fn fields_of_the_job_have_bacalhaus_words_for_a_wrong_type() {
    for (field, said) in [
        ("\"Count\": \"three\"", "field: 'Count' in 'job' is invalid type: 'string' expected: 'int'"),
        ("\"Count\": \"3\"", "field: 'Count' in 'job' is invalid type: 'string' expected: 'int'"),
        ("\"Priority\": []", "field: 'Priority' in 'job' is invalid type: 'array' expected: 'int'"),
        ("\"Namespace\": {}", "field: 'Namespace' in 'job' is invalid type: 'object' expected: 'string'"),
    ] {
        assert_eq!(says(&with_field(field)), [said]);
    }
    let kind = "Type: true\nTasks: [{Name: a, Engine: {Type: noop}}]";
    assert_eq!(says(kind), ["field: 'Type' in 'job' is invalid type: 'bool' expected: 'string'"]);
}

#[test]
fn what_bacalhau_would_do_otherwise_is_remarked() {
    let text = r#"
Meta: {bacalhau.org/requester.id: x, note: mine}
Tasks:
  - {Name: a, Engine: {Type: noop}, ResultPaths: [{Name: out, Path: /out}]}
  - {Name: b, Engine: {Type: noop}, ResultPaths: [{Name: out, Path: /out}], Publisher: {Type: local}}
"#;
    assert_eq!(notes(text), ["N0311"; 3]);
    assert_eq!(
        says(text),
        ["publisher must be set if result paths are set", "only one task is supported per job"]
    );
    assert_eq!(job(text).meta.len(), 2);
}

#[test]
fn free_data_is_texts_and_more_is_carried() {
    let text = "Meta: {a: 1, b: true, c: x, d: {e: [1]}}\nTasks: [{Name: a, Engine: {Type: noop}}]";
    assert_eq!(codes(text), ["W0109", "W0109", "W0302"]);
    let meta = job_with_warnings(text).meta;
    assert_eq!(meta[0].1.value, Data::Text("1".into()));
    assert_eq!(meta[2].1.value, Data::Text("x".into()));
    assert!(matches!(&meta[3].1.value, Data::Map(_)));
}

#[test]
fn notes_are_left_out_where_there_is_no_job() {
    let text = "Name: my job\nCount: -1\nTasks: [{Name: a, Engine: {Type: noop}}]";
    assert!(notes(text).is_empty());
    assert_eq!(codes(text), ["E0200"]);
}

#[test]
fn policies_that_cancel_each_other_are_warned_about() {
    let policy = |text: &str| format!("Type: service\n{text}\nTasks: [{{Name: a, Engine: {{Type: noop}}}}]");
    for (text, places_of) in [
        ("ErrorHandling: {OnFailure: stop, MaxAttempts: 3, BackoffStrategy: linear}", vec!["3", "linear"]),
        ("ErrorHandling: {OnFailure: retry}", vec!["retry"]),
        ("UpdateStrategy: {Type: rolling}", vec![]),
        ("ErrorHandling: {BackoffStrategy: linear}", vec!["linear"]),
        ("RestartPolicy: {Mode: never, MaxAttempts: 3}", vec!["3"]),
        ("UpdateStrategy: {Type: recreate, MaxUnavailable: 0}", vec!["0"]),
        ("ErrorHandling: {MaxAttempts: 3, OnFailure: retry, BackoffStrategy: exponential}", vec![]),
        ("UpdateStrategy: {Type: rolling, MaxUnavailable: 0}", vec![]),
    ] {
        assert_eq!(places(&policy(text), "W0313"), places_of, "{text}");
        assert_eq!(codes(policy(text)).len(), places_of.len(), "{text}");
    }
    assert_eq!(codes(policy("ErrorHandling: {OnFailure: again, BackoffStrategy: linear}")), ["E0107"]);
    assert_eq!(codes(policy("ErrorHandling: {OnFailure: retry, MaxAtempts: 3}")), ["W0104"]);
    let retry: Option<Retry> = job(&policy("ErrorHandling: {MaxAttempts: 3}")).tasks.remove(0).retry;
    assert_eq!(retry.unwrap().attempts.value, 3);
}

/// The document's own jobs, whole and in part: what is there is read, and only what is missing is told.
#[test]
fn the_documents_own_examples_are_read() {
    let basic = r#"{"Name": "my-job", "Type": "batch", "Count": 1, "Tasks": [{"Name": "main",
        "Engine": {"Type": "docker", "Params": {"Image": "ubuntu:latest"}}, "Resources": {"CPU": "1", "Memory": "1GB"}}]}"#;
    assert!(parse(basic).diagnostics.is_empty());
    let minimum = task(
        "\"Resources\": {\n  \"CPU\": \"0.1\",    // Minimum CPU allocation\n  \"Memory\": \"1MB\",  // Minimum memory \
         allocation\n  \"Disk\": \"10MB\"   // Minimum disk allocation\n}",
    );
    assert_eq!(codes(minimum), ["W0014"]);
    let gradual = r#"{"Name": "gradual-scale", "Type": "batch", "Count": 1, "Tasks": [{
        "Resources": {"CPU": "0.5", "Memory": "512MB"}, "Timeouts": {"ExecutionTimeout": 300}}]}"#;
    assert_eq!(codes(gradual), ["E0106", "E0106"], "a name and an engine");
    for part in [
        r#"{"Type": "batch", "Count": 5, "ExecutionPlan": "parallel"}"#,
        r#"{"Type": "service", "Count": 3, "UpdateStrategy": {"Type": "rolling", "MaxUnavailable": 1}}"#,
        r#"{"Type": "daemon", "RestartPolicy": {"Mode": "always", "MaxAttempts": 5}}"#,
        r#"{"Name": "robust-job", "Type": "batch", "ErrorHandling": {"MaxAttempts": 3, "OnFailure": "retry", "BackoffStrategy": "exponential"}}"#,
    ] {
        assert_eq!(codes(part), ["E0106"], "{part}");
        assert_eq!(says(part), ["missing job tasks"]);
        let whole = part.replacen('{', r#"{"Tasks": [{"Name": "a", "Engine": {"Type": "noop"}}], "#, 1);
        assert!(parse(whole.as_str()).diagnostics.is_empty(), "{part}");
    }
    for field in [
        r#""Network": {"Type": "http", "Domains": ["api.example.com"], "EnableIPv6": true, "DNS": ["8.8.8.8"],
            "Policies": {"Egress": {"Ports": ["80", "443"]}}}"#,
        r#""Network": {"Type": "none", "AllowLoopback": true}"#,
        r#""Network": {"Type": "http", "Domains": ["*.service.local"],
            "Routes": [{"Match": "service.local", "Target": "internal.svc.cluster"}]}"#,
        r#""Timeouts": {"ExecutionTimeout": 3600, "QueueTimeout": 300, "TotalTimeout": 4000}"#,
        r#""Timeouts": {"ExecutionTimeout": 60, "QueueTimeout": 10, "TotalTimeout": 70}"#,
        r#""ResultPaths": [{"Name": "output", "Path": "/outputs/results", "Type": "directory", "Format": "raw",
            "Compression": "zstd", "CompressionLevel": 3}]"#,
        r#""ResultPaths": [{"Name": "stdout", "Path": "/stdout", "Type": "file"},
            {"Name": "core", "Path": "/core.*", "Type": "file"}]"#,
        r##""InputSources": [{"Source": {"Type": "inline", "Params": {"Content":
            "#!/bin/bash\necho \"Special chars: $PATH\""}}, "Target": "/run.sh"}]"##,
        r#""InputSources": [{"Source": {"Type": "ipfs", "Params": {"CID": "QmHash..."}}, "Target": "/inputs/data",
            "Alias": "dataset"}]"#,
    ] {
        assert!(codes(task(field)).is_empty(), "{field}");
    }
}

/// As `job describe` of some versions printed a job, without `Job` around it.
#[test]
fn a_job_that_the_system_has_printed_is_a_job() {
    let printed = |state: &str, version: u32| {
        format!(
            r#"{{"ID": "", "Name": "x", "Type": "batch", "State": {{"StateType": "{state}"}}, "Version": {version},
                "Revision": 0, "CreateTime": 0, "ModifyTime": 0,
                "Tasks": [{{"Name": "main", "Engine": {{"Type": "noop"}}}}]}}"#
        )
    };
    for text in [printed("Undefined", 0), printed("Completed", 3)] {
        assert_eq!(notes(&text), ["N0227"]);
        assert!(parse(text).job.is_some());
    }
}
