//! Outputs and publishers.

use dayfly_spec::model::Publisher;

use crate::common::codes;
use crate::{says, task, task_with_warnings};

#[test]
fn an_output_is_a_name_and_a_path() {
    let text = "Spec: {Engine: noop, outputs: [{StorageSource: IPFS, Name: out, CID: \"\", path: /out/}]}";
    let results = task(text).results;
    assert_eq!((results[0].name.value.as_str(), results[0].path.value.as_str()), ("out", "/out"));
    assert_eq!(task("Spec: {Engine: noop}").results, []);
}

#[test]
fn outputs_that_cannot_be_are_told_about() {
    let outputs = |outputs: &str| format!("Spec: {{Engine: noop, Outputs: [{outputs}]}}");
    assert_eq!(says(&outputs("{Path: /a}"), "E0106"), "Bacalhau says: output volume has no name");
    assert_eq!(says(&outputs("{Name: a}"), "E0106"), "Bacalhau says: output volume has no path");
    for (text, code) in [
        ("{Name: a, Path: a}", "W0303"),
        ("{Name: a, Path: /}", "E0204"),
        ("{Name: a/b, Path: /a}", "E0208"),
        ("{Name: stdout, Path: /a}", "E0208"),
        ("{Name: a, Path: /a}, {Name: a, Path: /b}", "E0205"),
        ("{Name: a, Path: /a, StorageSource: ipsf}", "E0107"),
        ("{Name: a, Path: /a, StorageSource: 12}", "E0107"),
        ("{Name: a, Path: /a, CID: Qm1}", "W0224"),
    ] {
        assert_eq!(codes(outputs(text)), [code], "{text}");
    }
}

#[test]
fn a_publisher_spec_wins_unless_it_names_none() {
    let publisher = |text: &str| {
        task_with_warnings(&format!("Spec: {{Engine: noop, {text}}}")).publisher.map(|found| found.value)
    };
    assert_eq!(publisher("Publisher: Ipfs"), Some(Publisher::Ipfs));
    assert_eq!(publisher("Publisher: local"), Some(Publisher::Local));
    assert_eq!(publisher("Publisher: unknown"), None);
    assert_eq!(publisher("Publisher: ipfs, PublisherSpec: {Type: local}"), Some(Publisher::Local));
    for nothing in ["{}", "{Type: \"\"}", "{Type: unknown}", "{Type: 0, Params: {}}", "null"] {
        let found = publisher(&format!("Publisher: ipfs, PublisherSpec: {nothing}"));
        assert_eq!(found, Some(Publisher::Ipfs), "{nothing}");
    }
    assert_eq!(codes("Spec: {Engine: noop, Publisher: Ipfs, PublisherSpec: {type: ipfs}}"), [""; 0]);
    assert_eq!(codes("Spec: {Engine: noop, Publisher: Ipfs, PublisherSpec: {type: local}}"), ["W0224"]);
}

#[test]
fn buckets_get_plain_files_unless_the_job_asks_for_an_archive() {
    let archive = |more: &str| {
        let params = format!("{{bucket: b, key: k{more}}}");
        let text = format!("Spec: {{Engine: noop, PublisherSpec: {{Type: s3, Params: {params}}}}}");
        match task_with_warnings(&text).publisher.unwrap().value {
            Publisher::S3 { archive, .. } => archive,
            other => panic!("{other:?}"),
        }
    };
    assert!(!archive(""));
    assert!(archive(", compress: true"));
    assert!(archive(", Compress: \"true\""));
    assert!(!archive(", compress: false"));
    assert_eq!(codes("Spec: {Engine: noop, Publisher: s3}"), ["E0106"]);
    assert_eq!(codes("Spec: {Engine: noop, PublisherSpec: {Type: s3, Params: {Bucket: b}}}"), ["E0106"]);
}

#[test]
fn services_that_have_ended_leave_results_where_they_are() {
    for service in ["Estuary", "Filecoin"] {
        let text = format!("Spec: {{Engine: noop, Publisher: {service}}}");
        assert_eq!(codes(&*text), ["W0226"]);
        assert_eq!(task_with_warnings(&text).publisher.unwrap().value, Publisher::None);
    }
}
