//! What runs.

use dayfly_spec::model::{Engine, EnvironmentEntry, ModuleSource, Source, Value, Wasm};

use crate::common::{codes, job, parse, places};
use crate::{says, task, task_with_warnings};

const MODULE: &str = "EntryModule: {StorageSource: inline, URL: \"data:,x\"}";

fn wasm(engine: Engine) -> Wasm {
    match engine {
        Engine::Wasm(wasm) => *wasm,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_engine_is_named_in_every_spelling_and_by_number() {
    for (word, name) in [("Docker", "docker"), (" dOCKER ", "docker"), ("Wasm", "wasm"), ("NOOP", "noop")] {
        let text = format!("Spec: {{Engine: \"{word}\", Docker: {{Image: x}}}}");
        let text =
            if name == "wasm" { format!("Spec: {{Engine: {word}, Wasm: {{{MODULE}}}}}") } else { text };
        assert_eq!(task_with_warnings(&text).engine.name(), name);
    }
    assert_eq!(task("Spec: {Engine: 1}").engine.name(), "noop");
    assert_eq!(task("Spec: {Engine: 2, Docker: {Image: x}}").engine.name(), "docker");
    assert_eq!(task(&format!("Spec: {{Engine: 3, Wasm: {{{MODULE}}}}}")).engine.name(), "wasm");
    assert_eq!(says("Spec: {Engine: 9}", "E0107"), "Bacalhau says: invalid executor type: 9");
    assert_eq!(codes("Spec: {Engine: [x]}"), ["E0105"]);
}

#[test]
fn engine_wins_over_engine_spec_unless_it_names_none() {
    let spec = "EngineSpec: {Type: docker, Params: {Image: new}}";
    let both = format!("Spec: {{Engine: docker, Docker: {{Image: old}}, {spec}}}");
    assert_eq!(codes(&*both), ["W0224"]);
    let image = |text: &str| match task_with_warnings(text).engine {
        Engine::Container(container) => container.image.value,
        other => panic!("{other:?}"),
    };
    assert_eq!(image(&both), Value::from("old"));
    for none in ["", "Engine: unknown, ", "Engine: '', ", "Engine: 0, ", "Engine: docker, ", "Engine: 2, "] {
        let text = format!("Spec: {{{none}{spec}}}");
        assert_eq!(codes(&*text), [""; 0], "{text}");
        assert_eq!(image(&text), Value::from("new"), "{text}");
    }
    let other = format!("Spec: {{Engine: noop, {spec}}}");
    assert_eq!(codes(&*other), ["W0224"]);
    assert_eq!(task_with_warnings(&other).engine, Engine::Noop);
}

#[test]
fn a_spec_without_an_engine_runs_what_it_has() {
    assert_eq!(task("Spec: {Docker: {Image: x}}").engine.name(), "docker");
    assert_eq!(task(&format!("Spec: {{Wasm: {{{MODULE}}}}}")).engine.name(), "wasm");
    assert_eq!(codes(format!("Spec: {{Docker: {{Image: x}}, Wasm: {{{MODULE}}}}}")), ["E0215"]);
    let nothing = "APIVersion: V1beta1\nSpec: {Publisher: noop}";
    assert_eq!(says(nothing, "E0106"), "Bacalhau says: invalid executor type: unknown");
    assert_eq!(codes("Spec: {Dockr: {Image: x}, Engine: docker}"), ["E0106"]);
}

#[test]
fn a_block_that_another_engine_leaves_unused_is_told_about_where_it_says_something() {
    let used = |wasm: &str| format!("Spec: {{Engine: docker, Docker: {{Image: x}}, Wasm: {wasm}}}");
    assert_eq!(codes(used("{EntryModule: {}, Parameters: []}")), [""; 0]);
    assert_eq!(places(&used("{EntryPoint: main}"), "W0224"), ["{EntryPoint: main}"]);
}

#[test]
fn the_engines_for_python_are_gone() {
    for engine in ["Language", "pythonwasm", "4", "5"] {
        assert_eq!(
            codes(format!("Spec: {{Engine: {engine}, Language: {{Command: x}}}}")),
            ["E0221"],
            "{engine}"
        );
    }
    assert_eq!(codes("Spec: {EngineSpec: {Type: language}}"), ["E0221"]);
    assert_eq!(codes("Spec: {Language: {Language: python}, Publisher: noop, Engine: unknown}"), ["E0221"]);
}

#[test]
fn a_module_and_its_imports_have_their_names() {
    let module = wasm(
        task(
            r#"
Spec:
  Engine: Wasm
  Wasm:
    EntryModule: {StorageSource: IPFS, CID: QmMain, Name: main, path: /job}
    EntryPoint: run
    Parameters: [-n, 5, true]
    ImportModules:
      - {StorageSource: IPFS, CID: QmLib, Name: easter}
      - {StorageSource: URLDownload, URL: "https://x.org/a/lib.wasm"}
    EnvironmentVariables: {A: b, C: "env:HOME"}
"#,
        )
        .engine,
    );
    let ModuleSource::Source { source, alias, target } = module.entry else { panic!("a path") };
    assert!(matches!(source.value, Source::Ipfs { .. }));
    assert_eq!(alias.unwrap().value, "main");
    assert_eq!(target.unwrap().value, "/job");
    assert_eq!(module.entry_point.value, "run");
    assert_eq!(module.parameters, ["-n", "5", "true"].map(Value::from));
    assert_eq!(module.imports[0].names, ["easter", "QmLib"]);
    assert_eq!(module.imports[1].names, ["https://x.org/a/lib.wasm", "lib.wasm", "lib"]);
}

#[test]
fn an_engine_spec_may_hold_modules_of_the_current_form() {
    let spec = |module: &str| {
        format!(r#"{{"Spec": {{"EngineSpec": {{"Type": "wasm", "Params": {{"entrymodule": {module}}}}}}}}}"#)
    };
    let source = spec(r#"{"Source": {"Type": "inline", "Params": {"URL": "data:,x"}}, "Alias": "a"}"#);
    assert!(matches!(wasm(task(&source).engine).entry, ModuleSource::Source { alias: Some(_), .. }));
    assert!(matches!(wasm(task(&spec("\"/app/main.wasm\"")).engine).entry, ModuleSource::Path(_)));
    assert_eq!(codes(spec("7")), ["E0105"]);
}

#[test]
fn values_of_the_environment_are_taken_as_they_are() {
    for text in [
        format!("Spec: {{Engine: wasm, Wasm: {{{MODULE}, EnvironmentVariables: {{A: \"env:HOME\"}}}}}}"),
        "Spec: {Engine: docker, Docker: {Image: x, EnvironmentVariables: [\"A=env:HOME\"]}}".to_owned(),
    ] {
        let first = task(&text).environment.remove(0);
        let EnvironmentEntry::Variable { name, value } = first else { panic!("{first:?}") };
        assert_eq!((name.value.as_str(), value), ("A", Value::from("env:HOME")));
    }
    let system = job("Spec: {Engine: noop}").tasks.remove(0).environment;
    assert_eq!(system.len(), 5, "what the system sets: {system:?}");
}

#[test]
fn what_is_wrong_with_a_block_is_told_where_the_engine_is_wrong_too() {
    let text = "Spec: {Engine: dcker, Docker: {Image: x, WorkingDirectory: w}, Wasm: {EntryPoint: main}}";
    assert_eq!(codes(text), ["E0107", "E0204", "E0106"]);
}

#[test]
fn a_module_that_is_an_address_is_no_file_of_that_name() {
    let text = "Spec: {Engine: Wasm, Wasm: {EntryModule: 'ipfs://Qm'}}";
    let found = parse(text).diagnostics.remove(0);
    assert_eq!(found.code.name(), "E0105");
    assert_eq!(found.help.unwrap(), "write `{StorageSource: IPFS, CID: …}`");
}

/// Until version 1.0.3 a module could be an input alone, at `/job`; and a context of even older ones.
#[test]
fn a_module_may_be_an_input() {
    let job = "{StorageSource: Inline, URL: \"data:,job\", path: /job}";
    let other = "{StorageSource: Inline, URL: \"data:,other\", path: /other}";
    let entry = |text: &str| match wasm(task_with_warnings(text).engine).entry {
        ModuleSource::Source { source, .. } => match source.value {
            Source::Inline(content) => content.bytes,
            other => panic!("{other:?}"),
        },
        path => panic!("{path:?}"),
    };
    for block in [
        "",
        ", Wasm: {}",
        ", Wasm: null",
        ", Wasm: {EntryPoint: _start}",
        ", Wasm: {EntryModule: {}, EntryPoint: _start}",
        ", Wasm: {EntryModule: {StorageSource: unknown, path: \"\"}, ImportModules: []}",
    ] {
        for inputs in [
            format!("inputs: [{job}]"),
            format!("inputs: [{other}, {job}]"),
            format!("Contexts: [{job}]"),
            format!("inputs: [{job}], Contexts: [{other}]"),
            format!("inputs: [{other}], Contexts: [{}]", job.replace("/job", "/wasm")),
            format!("inputs: [{}]", job.replace("/job", "/job/")),
        ] {
            let text = format!("Spec: {{Engine: Wasm{block}, {inputs}}}");
            assert_eq!(codes(&*text), ["W0302"], "{text}");
            assert_eq!(entry(&text), b"job", "{text}");
            // The guest still sees it.
            let count = inputs.matches("data:").count();
            assert_eq!(task_with_warnings(&text).inputs.len(), count, "{text}");
        }
        for inputs in [
            String::new(),
            format!("inputs: [{other}]"),
            format!("Contexts: [{other}, {}]", other.replace("/other", "/more")),
        ] {
            assert_eq!(codes(format!("Spec: {{Engine: Wasm{block}, {inputs}}}")), ["E0106"], "{inputs}");
        }
    }
    let text = format!("Spec:\n  Engine: Wasm\n  Wasm: {{EntryPoint: x}}\n  inputs:\n  - {job}\n");
    assert_eq!(places(&text, "W0302"), ["{EntryPoint: x}"]);
    assert!(says(&text, "W0302").contains("entry module"));
    // An `EntryModule` wins, one that is misspelt too; and what is wrong with the input is told once.
    assert_eq!(codes(format!("Spec: {{Engine: Wasm, Wasm: {{{MODULE}}}, Inputs: [{job}]}}")), [""; 0]);
    let misspelt = MODULE.replace("EntryModule", "EntryModul");
    assert_eq!(codes(format!("Spec: {{Engine: Wasm, Wasm: {{{misspelt}}}, Inputs: [{job}]}}")), ["E0106"]);
    let broken = job.replace("data:,job", "x");
    assert_eq!(codes(format!("Spec: {{Engine: Wasm, Inputs: [{broken}]}}")), ["W0302", "E0206"]);
}

#[test]
fn parameters_under_a_misspelt_key_are_read() {
    let spec = |key: &str, path: &str| {
        format!(
            "Spec: {{EngineSpec: {{Type: wasm, {key}: {{EntryModule: {{StorageSource: {path}, CID: x}}}}}}}}"
        )
    };
    assert_eq!(codes(spec("Parms", "ipfs")), ["W0104"]);
    assert_eq!(codes(spec("Parms", "ipsf")), ["W0104", "E0107"]);
}
