//! Engines, their arguments and their environment.

use crate::common::{codes, one_task, parse, places};
use crate::task;

#[test]
fn a_module_that_is_an_address_is_no_file_of_that_name() {
    for (module, source) in [("ipfs://Qm", "Type: ipfs"), ("https://x.com/a.wasm", "Type: urlDownload")] {
        let text = one_task(&format!(r#"{{"Type": "wasm", "Params": {{"EntryModule": "{module}"}}}}"#), "");
        let found = parse(text).diagnostics.remove(0);
        assert!(found.code.name() == "E0105" && found.help.unwrap().contains(source), "{module}");
    }
}

#[test]
fn variables_of_the_system_can_not_be_set_by_an_engine_either() {
    let engine = r#"{"Type": "wasm", "Params": {"EntryModule": "main.wasm",
        "EnvironmentVariables": {"BACALHAU_JOB_ID": "z"}}}"#;
    let text = one_task(engine, "");
    assert_eq!(
        (codes(text.clone()), places(&text, "W0302")),
        (vec!["W0302"], vec!["\"BACALHAU_JOB_ID\"".to_owned()])
    );
}

#[test]
fn a_variable_of_the_host_has_a_name() {
    assert_eq!(places(&task(r#""Env": {"A": "env:"}"#), "E0209"), ["env:"]);
}

#[test]
fn lists_of_texts_are_read_as_bacalhau_reads_them() {
    let text = r#"{"Name": "x", "Type": "batch", "Tasks": [{"Name": "x", "Engine": {"Type": "docker", "Params":
        {"Image": "x", "Parameters": ["a", null], "EnvironmentVariables": ["A=1", "B", "b"]}}}]}"#;
    assert_eq!(codes(text), ["W0109", "W0253", "W0253"]);
    let parsed = parse(text).job.unwrap();
    let dayfly_spec::model::Engine::Container(container) = &parsed.tasks[0].engine else { panic!() };
    assert_eq!(container.command.as_ref().map(Vec::len), Some(2));
}
