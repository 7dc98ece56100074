//! Words that clients wrote as numbers.

use dayfly_spec::model::{NetworkKind, Publisher};

use crate::common::codes;
use crate::{says, task, task_with_warnings};

fn storage(number: u32, place: &str) -> String {
    format!("Spec: {{Engine: 1, Inputs: [{{StorageSource: {number}, {place}, Path: /in}}]}}")
}

#[test]
fn numbers_with_one_meaning_are_taken() {
    for (number, place, name) in [
        (1, "CID: a", "ipfs"),
        (2, "Repo: a", "git"),
        (3, "Repo: a", "git"),
        (4, "URL: \"https://x.org\"", "urlDownload"),
        (5, "CID: a", "ipfs"),
        (9, "SourcePath: /a", "local"),
        (10, "S3: {Bucket: b}", "s3"),
    ] {
        assert_eq!(task(&storage(number, place)).inputs[0].source.value.name(), name, "{number}");
    }
}

#[test]
fn numbers_with_two_meanings_are_told_by_what_is_there() {
    for (number, place, name) in [
        (6, "URL: \"data:,x\"", "inline"),
        (6, "CID: a", "ipfs"),
        (7, "SourcePath: /a", "local"),
        (7, "CID: a", "ipfs"),
        (8, "S3: {Bucket: b}", "s3"),
        (8, "URL: \"data:,x\"", "inline"),
    ] {
        let text = storage(number, place);
        assert_eq!(codes(&*text), ["W0223"], "{text}");
        assert_eq!(task_with_warnings(&text).inputs[0].source.value.name(), name, "{text}");
    }
    // Nothing that either of them needs: the newer one counts.
    assert!(says(&storage(8, "Name: x"), "E0106").contains("missing S3"));
    assert_eq!(codes(storage(11, "CID: a")), ["E0107"]);
    // The number that clients write for a field that was never set.
    assert_eq!(codes(storage(0, "CID: a")), ["W0302"]);
}

#[test]
fn publishers_are_told_by_their_parameters() {
    let publisher = |text: &str| {
        let task = task_with_warnings(&format!("Spec: {{Engine: 1, {text}}}"));
        task.publisher.map(|publisher| publisher.value.name())
    };
    assert_eq!(publisher("Publisher: 1"), Some("noop"));
    assert_eq!(publisher("PublisherSpec: {Type: 2}"), Some("ipfs"));
    assert_eq!(publisher("Publisher: 3"), Some("noop"));
    let bucket = "Params: {Bucket: b, Key: k}";
    assert_eq!(publisher(&format!("PublisherSpec: {{Type: 4, {bucket}}}")), Some("s3"));
    assert_eq!(publisher(&format!("PublisherSpec: {{Type: 5, {bucket}}}")), Some("s3"));
    assert_eq!(publisher("Publisher: 4"), Some("noop"));
    assert_eq!(codes(format!("Spec: {{Engine: 1, PublisherSpec: {{Type: 4, {bucket}}}}}")), ["W0223"]);
    assert_eq!(codes("Spec: {Engine: 1, Publisher: 4}"), ["W0223", "W0226"]);
    assert_eq!(says("Spec: {Engine: 1, Publisher: 7}", "E0107"), "Bacalhau says: invalid publisher type: 7");
}

#[test]
fn networks_and_verifiers_have_numbers_too() {
    for (number, kind) in [(0, NetworkKind::None), (1, NetworkKind::Full), (2, NetworkKind::Http)] {
        let network = task(&format!("Spec: {{Engine: 1, Network: {{Type: {number}}}}}")).network;
        assert_eq!(network.kind.unwrap().value, kind);
    }
    let says = says("Spec: {Engine: 1, Network: {Type: 3}}", "E0107");
    assert_eq!(says, "Bacalhau says: invalid networking type: 3");
    assert_eq!(codes("Spec: {Engine: 1, Verifier: 1}"), [""; 0]);
    assert_eq!(codes("Spec: {Engine: 1, Verifier: 2}"), ["W0226"]);
}

#[test]
fn the_body_that_a_client_was_seen_to_send_is_read() {
    let text = r#"{"client_public_key": "k", "payload": {"APIVersion": "V1beta2", "ClientID": "c", "Spec": {
        "Deal": {"Concurrency": 2, "TargetingMode": false}, "Engine": 3, "Network": {"Type": 0, "Domains": []},
        "PublisherSpec": {"Type": 2}, "Timeout": 60, "Inputs": [],
        "Wasm": {"EntryModule": {"StorageSource": 8, "URL": "data:,x"}, "EntryPoint": "_start", "Parameters": ["a"]}
    }}, "signature": "s"}"#;
    assert_eq!(codes(text), ["W0223"]);
    let task = task_with_warnings(text);
    assert_eq!(task.publisher.unwrap().value, Publisher::Ipfs);
    assert_eq!(task.timeouts.execution.unwrap().value.as_secs(), 60);
}
