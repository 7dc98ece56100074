//! Which form a file is in.

use crate::common::{codes, job, parse, places};

fn message(text: &str) -> String {
    parse(text).diagnostics.remove(0).message
}

#[test]
fn every_container_of_a_spec_is_read() {
    for text in [
        "APIVersion: V1beta2\nMetadata: {}\nSpec: {Engine: noop}",
        "Spec: {Engine: noop}",
        "spec: {engine: NOOP}",
        "Job: {Spec: {Engine: noop}}",
        "job: {spec: {engine: noop}}",
        "Engine: noop",
        "APIVersion: V1beta1\nEngine: noop",
        "EngineSpec: {Type: noop}",
        "engine_spec: {type: noop}",
        "with: x\ndo: noop",
        "Job: {Job: {Spec: {Engine: noop}}}",
    ] {
        assert_eq!(job(text).tasks[0].engine.name(), "noop", "{text}");
    }
}

#[test]
fn two_forms_in_one_file_are_named_with_both_places() {
    for (text, first, second) in [
        ("Spec: {Engine: noop}\nTasks: []", "Spec", "Tasks"),
        ("Tasks: []\nSpec: {}", "Tasks", "Spec"),
        ("version: '1'\nops: []\ntasks: []", "ops", "tasks"),
        ("with: x\nTasks: []\ndo: noop", "with", "Tasks"),
        ("Spec: {}\nwith: x\ndo: noop", "Spec", "with"),
        ("Job: {Tasks: []}\nTasks: []", "Job", "Tasks"),
    ] {
        let source = dayfly_spec::Source::new("job", text);
        let found = parse(text).diagnostics;
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].code.name(), "E0111", "{text}");
        assert_eq!(source.slice(found[0].related[0].0), first, "{text}");
        assert_eq!(source.slice(found[0].span), second, "{text}");
    }
}

#[test]
fn a_flat_file_is_refused_with_what_to_write() {
    let flat = "Engine: Docker\nVerifier: Noop\nJobSpecDocker:\n  Image: ubuntu\ninputs: []\n";
    assert_eq!(places(flat, "E0220"), ["JobSpecDocker"]);
    let help = parse(flat).diagnostics.remove(0).help.unwrap();
    assert!(
        help.contains("`Spec`") && help.contains("`Docker`") && help.contains("`StorageSource`"),
        "{help}"
    );
    let older = "engine: docker\njob_spec_docker: {image: ubuntu}\n";
    assert_eq!(places(older, "E0220"), ["job_spec_docker"]);
    let storage = "Engine: Docker\nDocker: {Image: ubuntu}\noutputs:\n  - {StorageEngine: ipfs, path: /x}\n";
    assert_eq!(places(storage, "E0220"), ["StorageEngine"]);
}

#[test]
fn a_misspelt_key_does_not_hide_the_form() {
    for (text, key) in [
        ("Spce: {Engine: noop}", "Spce"),
        ("APIVersion: V1beta1\nSpce: {Engine: noop}", "Spce"),
        ("APIVersion: V1beta1\nSpce: {Engine: noop}\nAnnotations: []", "Spce"),
    ] {
        assert_eq!(places(text, "E0106"), [key], "{text}");
        let found = parse(text).diagnostics;
        assert_eq!(found[0].help.as_deref(), Some("did you mean `Spec`?"), "{text}");
    }
    assert_eq!(codes("wth: x\ndo: noop\ninputs: {}"), ["E0106"]);
    assert_eq!(codes("Taks:\n  - {Name: a, Engine: {Type: noop}}"), ["E0106"]);
}

#[test]
fn files_of_others_are_none_of_the_forms() {
    for text in [
        "apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: {containers: []}",
        "version: '3'\nservices: {}\nnetworks: {}",
        "id: 1\nstatus: done",
        "to: me\nfrom: you",
        "name: CI\non: push\njobs: {}",
        "jobs: [1]",
        "[]",
    ] {
        assert_eq!(codes(text), ["E0100"], "{text}: {}", message(text));
    }
}

#[test]
fn parts_of_a_job_and_lists_of_jobs_are_told_from_the_rest() {
    assert!(message("Name: a\nEngine: {Type: noop}\nInputSources: []").contains("task without its job"));
    assert!(message(r#"{"Resources": {"CPU": "1"}}"#).contains("task without its job"));
    assert_eq!(codes(r#"{"Resources": {"CPU": "1"}}"#), ["E0100"]);
    assert_eq!(codes(r#"{"Resources": {"CPU": "1"}, "Engin": "noop"}"#), ["E0106"]);
    let list = r#"{"Items": [{"Tasks": []}], "NextToken": ""}"#;
    assert_eq!(places(list, "E0100"), ["\"Items\""]);
    assert!(message(list).contains("list of jobs"));
    assert!(message(r#"{"jobs": [{"Job": {"Spec": {}}, "State": {}}]}"#).contains("list of jobs"));
    assert!(message("- Job: {Spec: {}}\n  State: {}").contains("list of jobs"));
}

#[test]
fn kubernetes_words_around_a_spec_of_ours_are_no_matter() {
    assert_eq!(codes("apiVersion: V1beta1\nkind: Job\nspec: {engine: noop}"), ["W0104"]);
}

#[test]
fn an_answer_without_its_job_is_told_as_one() {
    for (text, code, place) in [
        (r#"{"State": {}, "Events": []}"#, "E0100", "{"),
        ("State: {}\nEvents: []\n", "E0100", "State"),
        (r#"{"Job": 7, "State": {}}"#, "E0105", "7"),
    ] {
        assert_eq!((codes(text), places(text, code)), (vec![code], vec![place.to_owned()]), "{text}");
    }
    assert!(parse(r#"{"State": {}, "Events": []}"#).diagnostics[0].message.contains("answer about a job"));
    assert_eq!(codes("APIVersion: V1beta1\nClientID: x\n"), ["E0106"]);
}
