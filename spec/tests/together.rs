//! Several mistakes in one file: each is told, once, with the places that belong to it.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

mod common;

use common::{codes, one_task, parse, places};
use dayfly_spec::{Options, Source, read};

const NOOP: &str = r#"{"Type": "noop"}"#;
const WASM: &str = r#"{"Type": "wasm", "Params": {"EntryModule": "main.wasm"}}"#;

/// The parts of a text that the first finding of a code names beside its own place.
fn related(text: &str, code: &str) -> Vec<String> {
    let source = Source::new("job", text);
    let found = read(&source, &Options::default()).diagnostics;
    let found = found.into_iter().find(|diagnostic| diagnostic.code.name() == code).unwrap();
    found.related.iter().map(|(span, _)| source.slice(*span).to_owned()).collect()
}

#[test]
fn an_engine_that_is_wrong_hides_nothing() {
    let text = "\
Tasks:
  - Name: a
    Engine: {Type: wsm}
    InputSources:
      - {Source: {Type: local, Params: {SourcePath: x}}, Target: /i, Alias: b}
      - {Source: {Type: local, Params: {SourcePath: y}}, Target: /i, Alias: b}
    ResultPaths: [{Name: o, Path: /o}, {Name: o, Path: /o/}]
  - {Name: a, Engine: {Type: noop}}
";
    assert_eq!(codes(text), ["E0107", "E0214", "E0205", "E0205", "E0214", "E0205"]);
    let legacy = "Spec: {Engine: dcker, Inputs: [{StorageSource: ipfs, CID: x, Path: /i}, \
                  {StorageSource: ipfs, CID: y, Path: /i}], Outputs: [{Name: o, Path: /p}, {Name: o, Path: /o}]}";
    assert_eq!(codes(legacy), ["E0107", "E0214", "E0205"]);
}

#[test]
fn parameters_that_are_wrong_hide_nothing_of_their_engine() {
    let text = one_task(
        r#"{"Type": "wasm", "Params": {"EntryModule": 3}}"#,
        r#", "ResultPaths": [{"Name": "o", "Path": "/i"}],
           "InputSources": [{"Source": {"Type": "local", "Params": {"SourcePath": "x"}}, "Target": "/i"}]"#,
    );
    assert_eq!(codes(text), ["E0105", "E0214"]);
}

#[test]
fn an_input_without_its_source_is_in_the_way_of_others() {
    let inputs = |first: &str| {
        let input = |params: &str| {
            format!(
                r#"{{"Source": {{"Type": "inline", "Params": {{{params}}}}}, "Target": "/i", "Alias": "b"}}"#
            )
        };
        codes(one_task(
            NOOP,
            &format!(r#", "InputSources": [{}, {}]"#, input(first), input(r#""Content": """#)),
        ))
    };
    assert_eq!(inputs(r#""Content": """#), ["E0214", "E0205"]);
    assert_eq!(inputs(r#""URL": "data:;base64,@""#), ["E0206", "E0214", "E0205"]);
    let legacy = "Spec: {Engine: noop, Inputs: [{StorageSource: ipfs, Name: n, Path: /i}, \
                  {StorageSource: ipfs, CID: x, Name: n, Path: /i}]}";
    assert_eq!(codes(legacy), ["E0106", "W0302", "E0214"]);
}

#[test]
fn a_result_that_is_wrong_is_in_the_way_of_others() {
    let results = |first: &str| {
        codes(one_task(NOOP, &format!(r#", "ResultPaths": [{first}, {{"Name": "o", "Path": "/p"}}]"#)))
    };
    assert_eq!(results(r#"{"Name": "o"}"#), ["E0106", "E0205"]);
    assert_eq!(results(r#"{"Path": "/p"}"#), ["E0106", "E0214"]);
}

#[test]
fn two_results_at_one_path_are_told_about_once() {
    let results = |a: &str, b: &str| {
        codes(one_task(
            WASM,
            &format!(
                r#", "ResultPaths": [{{"Name": "{a}", "Path": "/o"}}, {{"Name": "{b}", "Path": "/o"}}]"#
            ),
        ))
    };
    assert_eq!(results("a", "b"), ["E0214"]);
    assert_eq!(results("a", "a"), ["E0205", "E0214"]);
    assert_eq!(codes("{with: x, do: docker/run, inputs: {outputs: {/o: , /o/: }}}"), ["E0214"]);
}

#[test]
fn a_number_that_is_unsure_is_told_about_once() {
    assert_eq!(codes("Priority: 0600\nTasks: [{Name: a, Engine: {Type: noop}}]"), ["W0112"]);
}

#[test]
fn the_second_place_of_a_conflict_is_named() {
    let tail = "Tasks: [{Name: a, Engine: {Type: noop}}]";
    assert_eq!(related(&format!("Type: ops\nCount: 3\n{tail}"), "E0200"), ["ops"]);
    assert_eq!(related(&format!("Type: ops\nRestartPolicy: {{Mode: always}}\n{tail}"), "E0215"), ["ops"]);
    assert!(related(&format!("RestartPolicy: {{Mode: always}}\n{tail}"), "E0215").is_empty());
    let timeouts = |timeouts| one_task(NOOP, &format!(r#", "Timeouts": {{{timeouts}}}"#));
    let all = timeouts(r#""ExecutionTimeout": 60, "QueueTimeout": 50, "TotalTimeout": 70"#);
    assert_eq!(related(&all, "E0213"), ["60", "50"]);
    let run = timeouts(r#""ExecutionTimeout": 80, "QueueTimeout": 0, "TotalTimeout": 70"#);
    assert_eq!(related(&run, "E0213"), ["80"]);
    let block = "Spec: {Engine: wasm, Wasm: {EntryModule: {CID: x}}, Docker: {Image: x}}";
    assert_eq!(related(block, "W0224"), ["wasm"]);
    let storage = "Spec: {Engine: noop, Inputs: [{StorageSource: ipfs, CID: x, Repo: y, Path: /i}]}";
    assert_eq!(related(storage, "W0224"), ["ipfs"]);
}

#[test]
fn parameters_of_a_type_that_takes_none_are_told_about() {
    let engine = one_task(r#"{"Type": "noop", "Params": {"x": 1}}"#, "");
    let publisher = one_task(NOOP, r#", "Publisher": {"Type": "local", "Params": {"x": 1, "y": null}}"#);
    let source = r#", "InputSources": [{"Source": {"Type": "noop", "Params": {"x": 1}}, "Target": "/i"}]"#;
    assert_eq!(places(&engine, "W0104"), ["\"x\""]);
    assert_eq!(places(&publisher, "W0104"), ["\"x\"", "\"y\""]);
    assert_eq!(places(&one_task(NOOP, source), "W0104"), ["\"x\""]);
    let help = parse(engine).diagnostics.remove(0);
    assert_eq!(help.message, "unknown field `x`: an engine of type `noop` takes no parameters");
    let legacy =
        "Spec: {EngineSpec: {Type: noop, Params: {x: 1}}, PublisherSpec: {Type: ipfs, Params: {y: 1}}}";
    assert_eq!(places(legacy, "W0104"), ["x", "y"]);
    for nothing in [r#""Params": {}"#, r#""Params": null"#] {
        assert!(codes(one_task(&format!(r#"{{"Type": "noop", {nothing}}}"#), "")).is_empty());
    }
    assert_eq!(codes(one_task(r#"{"Type": "noop", "Params": "x"}"#, "")), ["E0105"]);
}

#[test]
fn places_of_a_template_are_those_of_the_file() {
    let text = "Name: {{\"a name that is longer than what stands for it\"}}\nTasks:\n  \
                - {Name: {{\"the first name of all of these\"}}, Engine: {Type: noop}}\n  \
                - {Name: same, Engine: {Type: noop}}\n  - {Name: same, Engine: {Type: noop}}\n";
    assert_eq!((places(text, "E0205"), related(text, "E0205")), (vec!["same".into()], vec!["same".into()]));
}
