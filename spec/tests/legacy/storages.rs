//! Inputs.

use dayfly_spec::model::{Source, Value};

use crate::common::{codes, places};
use crate::{says, task, task_with_warnings};

fn input(storage: &str) -> String {
    format!("Spec: {{Engine: noop, Inputs: [{{{storage}, Path: /in}}]}}")
}

fn source(storage: &str) -> Source {
    task(&input(storage)).inputs.remove(0).source.value
}

#[test]
fn every_storage_becomes_its_source() {
    for ipfs in ["IPFS", "ipfs", "Estuary", "Filecoin", "FilecoinUnsealed"] {
        let source = source(&format!("StorageSource: {ipfs}, CID: Qm1"));
        assert!(
            matches!(source, Source::Ipfs { cid, gateway: None } if cid.value == Value::from("Qm1")),
            "{ipfs}"
        );
    }
    assert!(matches!(source("StorageSource: urlDownload, URL: \"https://x.org/a\""), Source::Url { .. }));
    let content = source("StorageSource: Inline, URL: \"data:;base64,SGk=\"");
    assert!(matches!(content, Source::Inline(content) if content.bytes == b"Hi"));
    let local = source("StorageSource: LocalDirectory, SourcePath: /data, ReadWrite: true");
    assert!(matches!(local, Source::Local { read_write: Some(written), .. } if written.value));
    let git = source("StorageSource: RepoClone, Repo: \"https://x.org/r.git\"");
    assert!(matches!(git, Source::Git { lfs: false, .. }));
    let lfs = source("StorageSource: repoCloneLFS, Repo: \"https://x.org/r.git\"");
    assert!(matches!(lfs, Source::Git { lfs: true, .. }));
}

#[test]
fn objects_of_buckets_have_their_checksum_under_either_name() {
    const SUM: &str = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    for checksum in ["Checksum", "ChecksumSHA256"] {
        let storage = format!(
            "StorageSource: S3, S3: {{Bucket: b, Key: k/*, {checksum}: \"{SUM}\", VersionID: v, Region: r, Endpoint: \"https://s\"}}"
        );
        let Source::S3(objects) = source(&storage) else { panic!("no object") };
        assert_eq!(objects[0].checksum.as_ref().unwrap().value, SUM);
        assert_eq!(objects[0].version, Some(Value::from("v")));
    }
    assert_eq!(codes(input("StorageSource: S3, S3: {Key: k}")), ["E0106"]);
}

#[test]
fn what_a_storage_needs_is_told_in_bacalhaus_words() {
    for (kind, needs) in [
        ("ipfs", "CID"),
        ("urlDownload", "URL"),
        ("inline", "URL"),
        ("repoClone", "Repo"),
        ("localDirectory", "SourcePath"),
        ("s3", "S3"),
    ] {
        let expected = format!("Bacalhau says: invalid legacy storage spec - missing {needs}");
        assert_eq!(says(&input(&format!("StorageSource: {kind}")), "E0106"), expected);
        // What clients write for a field that was never set counts as missing.
        let blank = if needs == "S3" { "{Bucket: \"\"}" } else { "\"\"" };
        assert_eq!(says(&input(&format!("StorageSource: {kind}, {needs}: {blank}")), "E0106"), expected);
    }
    assert_eq!(
        says(&input("StorageSource: ipsf, CID: x"), "E0107"),
        "Bacalhau says: invalid input volume type: ipsf"
    );
}

#[test]
fn a_storage_without_a_kind_is_what_it_has() {
    for (place, name) in [
        ("CID: Qm1", "ipfs"),
        ("URL: \"https://x.org/a\"", "urlDownload"),
        ("URL: \"DATA:,x\"", "inline"),
        ("SourcePath: /a", "local"),
        ("S3: {Bucket: b}", "s3"),
        ("Repo: \"https://x.org/r\"", "git"),
    ] {
        let text = input(place);
        assert_eq!(codes(&*text), ["W0302"], "{text}");
        assert_eq!(task_with_warnings(&text).inputs[0].source.value.name(), name);
    }
    assert_eq!(codes(input("CID: a, SourcePath: /b")), ["E0106"]);
    assert_eq!(codes(input("Name: a")), ["E0106"]);
    assert_eq!(codes(input("StoragSource: ipfs, CID: a")), ["E0106"]);
}

#[test]
fn fields_of_another_kind_are_told_about_where_they_say_something() {
    let text = input("StorageSource: ipfs, CID: Qm1, URL: \"https://x.org\", SourcePath: \"\", S3: {}");
    assert_eq!(places(&text, "W0224"), ["\"https://x.org\""]);
    assert_eq!(codes(text), ["W0224"]);
}

#[test]
fn an_input_has_a_path() {
    assert_eq!(codes("Spec: {Engine: noop, Inputs: [{StorageSource: ipfs, CID: a}]}"), ["E0106"]);
    assert_eq!(codes("Spec: {Engine: noop, Inputs: [{StorageSource: ipfs, CID: a, Path: in}]}"), ["W0303"]);
    assert_eq!(
        codes("Spec: {Engine: noop, Inputs: [{StorageSource: ipfs, CID: a, Path: /../x}]}"),
        ["E0204"]
    );
}

#[test]
fn contexts_are_inputs_and_names_are_aliases() {
    let text = "Spec: {Engine: noop, Contexts: [{StorageSource: ipfs, CID: a, Name: code, Path: /a}], \
                Inputs: [{StorageSource: ipfs, CID: b, Name: code, Path: /b}]}";
    let task = task_with_warnings(text);
    let inputs: Vec<_> = task
        .inputs
        .iter()
        .map(|i| (i.target.value.as_str(), i.alias.as_ref().map(|a| a.value.as_str())))
        .collect();
    assert_eq!(inputs, [("/b", Some("code")), ("/a", None)]);
    assert_eq!(codes(text), ["W0302"]);
    assert_eq!(codes("Spec: {Engine: noop, Inputs: {}, Contexts: null}"), [""; 0]);
    assert_eq!(codes("Spec: {Engine: noop, Inputs: [7]}"), ["E0105"]);
}
