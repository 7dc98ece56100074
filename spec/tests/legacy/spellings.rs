//! The same job in every spelling.

use crate::common::{codes, job, shape};

/// A job in the names of JSON; the other spellings are made from it.
const JOB: &str = r#"{"APIVersion": "V1beta2", "Spec": {
    "EngineSpec": {"Type": "Wasm", "Params": {
        "EntryModule": {"StorageSource": "Inline", "URL": "data:,x", "Path": "/main.wasm"},
        "EntryPoint": "run",
        "Parameters": ["a"],
        "EnvironmentVariables": {"K": "v"},
        "ImportModules": [{"StorageSource": "LocalDirectory", "SourcePath": "lib.wasm", "ReadWrite": true, "Name": "lib"}]}},
    "PublisherSpec": {"Type": "S3", "Params": {"Bucket": "b", "Key": "k", "Compress": true}},
    "Resources": {"CPU": "1", "Memory": "1Mb", "Disk": "1Mb", "GPU": "1"},
    "Network": {"Type": "HTTP", "Domains": ["x.org"]},
    "Timeout": 5,
    "Inputs": [{"StorageSource": "S3", "Path": "/in", "S3": {"Bucket": "b", "VersionID": "v", "Checksum": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="}}],
    "Outputs": [{"StorageSource": "IPFS", "Name": "out", "Path": "/out"}],
    "Annotations": ["x"],
    "NodeSelectors": [{"Key": "a", "Operator": "exists", "Values": []}],
    "DoNotTrack": false,
    "Deal": {"TargetingMode": false, "Concurrency": 2, "MinBids": 0}
}}"#;

/// The names of fields and words, as the Python clients' documents write them.
fn snake(text: &str) -> String {
    let pairs = [
        ("APIVersion", "api_version"),
        ("EngineSpec", "engine_spec"),
        ("EntryModule", "entry_module"),
        ("EntryPoint", "entry_point"),
        ("EnvironmentVariables", "environment_variables"),
        ("ImportModules", "import_modules"),
        ("PublisherSpec", "publisher_spec"),
        ("StorageSource", "storage_source"),
        ("SourcePath", "source_path"),
        ("ReadWrite", "read_write"),
        ("VersionID", "version_id"),
        ("NodeSelectors", "node_selectors"),
        ("DoNotTrack", "do_not_track"),
        ("TargetingMode", "targeting_mode"),
        ("MinBids", "min_bids"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (json, snake)| text.replace(json, snake))
}

/// Every name between quotes and a colon in lower case.
fn lower(text: &str) -> String {
    let mut parts: Vec<_> = text.split("\": ").map(str::to_owned).collect();
    let last = parts.len() - 1;
    for part in &mut parts[..last] {
        let quote = part.rfind('"').unwrap();
        let name = part.split_off(quote).to_lowercase();
        // What users choose stays as it is.
        part.push_str(if name == "\"k" && part.ends_with('{') { "\"K" } else { &name });
    }
    parts.join("\": ")
}

#[test]
fn json_snake_case_and_lower_case_are_the_same_job() {
    let expected = shape(&job(JOB)).replace("Spec.", "");
    for other in [snake(JOB), lower(JOB), lower(&snake(JOB))] {
        assert_ne!(other, JOB);
        assert_eq!(codes(&*other), [""; 0], "{other}");
        assert_eq!(shape(&job(&other)).replace("Spec.", ""), expected, "{other}");
    }
}

#[test]
fn a_field_in_two_spellings_is_there_twice() {
    assert_eq!(codes("Spec: {Engine: noop, DoNotTrack: false, do_not_track: false}"), ["E0009"]);
    assert_eq!(codes("Spec: {Engine: noop, Inputs: [], inputs: []}"), ["E0009"]);
}

#[test]
fn docker_is_the_same_in_a_block_and_in_an_engine_spec() {
    let params = "Image: ubuntu, Entrypoint: [sh, -c], Parameters: [date], EnvironmentVariables: [A=b], WorkingDirectory: /w";
    let block = format!("Spec: {{Engine: Docker, Docker: {{{params}}}}}");
    let spec = format!("Spec: {{EngineSpec: {{Type: docker, Params: {{{params}}}}}}}");
    let snake = spec
        .replace("EnvironmentVariables", "environment_variables")
        .replace("WorkingDirectory", "working_directory");
    let shape_of = |text: &str| shape(&job(text)).replace("EngineSpec.Params", "Docker");
    assert_eq!(shape_of(&block), shape_of(&spec));
    assert_eq!(shape_of(&block), shape_of(&snake));
}
