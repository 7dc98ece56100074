//! Programs of several components: run, planned and inspected.

use crate::support::{Case, Job, schema};

/// Exports the interface of this name, whose `get` gives a number.
fn giving(interface: &str, number: u32) -> String {
    format!(
        r#"(component
            (core module $m (func (export "get") (result i32) i32.const {number}))
            (core instance $i (instantiate $m))
            (func $get (result u32) (canon lift (core func $i "get")))
            (instance $out (export "get" (func $get)))
            (export "{interface}" (instance $out)))"#
    )
}

/// Exports the interface `to`, whose `get` gives one more than that of `from`.
fn adding_one(from: &str, to: &str) -> String {
    format!(
        r#"(component
            (import "{from}" (instance $from (export "get" (func (result u32)))))
            (core func $get (canon lower (func $from "get")))
            (core module $m
                (import "from" "get" (func $get (result i32)))
                (func (export "get") (result i32) (i32.add (call $get) (i32.const 1))))
            (core instance $i (instantiate $m (with "from" (instance (export "get" (func $get))))))
            (func $more (result u32) (canon lift (core func $i "get")))
            (instance $out (export "get" (func $more)))
            (export "{to}" (instance $out)))"#
    )
}

/// A command that succeeds if `get` of the interface gives 42.
fn expecting_42(interface: &str) -> String {
    format!(
        r#"(component
            (import "{interface}" (instance $i (export "get" (func (result u32)))))
            (core func $get (canon lower (func $i "get")))
            (core module $m
                (import "i" "get" (func $get (result i32)))
                (func (export "run") (result i32) (i32.ne (call $get) (i32.const 42))))
            (core instance $m (instantiate $m (with "i" (instance (export "get" (func $get))))))
            (func $run (result (result)) (canon lift (core func $m "run")))
            (instance $out (export "run" (func $run)))
            (export "wasi:cli/run@0.2.0" (instance $out)))"#
    )
}

/// A job of these import modules, with their files.
fn case(entry: &str, imports: &[(&str, &str)]) -> Case {
    let case = Case::new();
    case.write("main.wat", entry);
    let files: Vec<String> = imports.iter().map(|(name, _)| format!("{name}.wat")).collect();
    for (file, (_, text)) in files.iter().zip(imports) {
        case.write(file, text);
    }
    case.write("job.json", Job::of("main.wat").param("ImportModules", &files[..]).text());
    case
}

fn chain(last: u32) -> Case {
    case(
        &expecting_42("a:b/one@1.2.0"),
        &[
            ("first", &adding_one("a:b/two@0.3.0", "a:b/one@1.0.0")),
            ("second", &giving("a:b/two@0.3.1", last)),
            ("unused", &giving("x:y/z", 1)),
        ],
    )
}

#[test]
fn import_modules_that_are_components_satisfy_the_entry_and_each_other() {
    chain(41).run_job(&[]).exits(0);
    chain(40).run_job(&[]).exits(1);
}

#[test]
fn the_code_of_a_composition_is_kept_under_its_parts() {
    let case = chain(41);
    let compiled = |case: &Case| {
        let outcome = case.run_job(&["--json"]).exits(0).json();
        outcome["executions"][0]["usage"]["cache"].clone()
    };
    assert_eq!((compiled(&case), compiled(&case)), ("miss".into(), "hit".into()));
    // Another part makes another program.
    case.write(
        "second.wat",
        giving("a:b/two@0.3.1", 41).replace("i32.const 41", "(i32.add (i32.const 40) (i32.const 1))"),
    );
    assert_eq!(compiled(&case), "miss");
}

#[test]
fn a_plan_tells_who_satisfies_what() {
    let case = chain(41);
    let plan = case.dayfly(["plan", "job.json", "--json"]).exits(0).json();
    let validator = jsonschema::validator_for(&schema(include_str!("../../docs/plan.schema.json"))).unwrap();
    assert!(validator.is_valid(&plan), "{plan:#}");
    let modules = plan["tasks"][0]["modules"].as_array().unwrap();
    let names: Vec<_> = modules.iter().map(|module| module["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["unused.wat", "second.wat", "first.wat", "main.wat"]);
    assert!(modules.iter().all(|module| module["kind"] == "component"));
    assert_eq!(modules[0]["used"], false);
    let import = &modules[3]["imports"][0];
    assert_eq!(
        (&import["module"], &import["name"], &import["type"]),
        (&"a:b@1.2.0".into(), &"one".into(), &"interface".into())
    );
    assert_eq!(import["provider"], serde_json::json!({"by": "module", "name": "first.wat"}));
    let text = case.dayfly(["plan", "job.json"]).exits(0).stdout;
    for line in [
        "imports of a:b@1.2.0, satisfied by first.wat",
        "unused.wat, a component",
        "no part of the program",
        "nothing imports the import module `unused.wat`",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn a_plan_of_what_can_not_be_put_together_says_why_and_runs_nothing() {
    let case = case(&expecting_42("a:b/one@1.0.0"), &[("first", &adding_one("a:b/two", "a:b/one@2.0.0"))]);
    let plan = case.dayfly(["plan", "job.json", "--json"]).exits(65).json();
    let reason = plan["findings"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("nothing provides the interface `a:b/one@1.0.0`"), "{reason}");
    assert!(reason.contains("`first.wat` exports `a:b/one@2.0.0`, which is not compatible"), "{reason}");
    let modules = plan["tasks"][0]["modules"].as_array().unwrap();
    assert_eq!(modules.len(), 2);
    assert_eq!(modules[1]["imports"][0]["provider"]["by"], "nothing");
    case.run_job(&[]).exits(65).says("nothing provides the interface `a:b/one@1.0.0`");
}

#[test]
fn a_mismatch_is_found_before_anything_runs() {
    let other = giving("a:b/one", 1).replace("result u32", "result s32");
    let case = case(&expecting_42("a:b/one"), &[("other", &other)]);
    let words = "with `get: func() -> u32`, and `other.wat` has `get: func() -> s32`";
    case.dayfly(["plan", "job.json"]).exits(65);
    case.run_job(&[]).exits(65).says(words);
}

#[test]
fn core_modules_and_components_do_not_mix() {
    let case = case(&expecting_42("a:b/one"), &[("core", "(module)")]);
    case.run_job(&[]).exits(65).says("`main.wat` is a component and `core.wat` is a core module");
}

#[test]
fn a_component_is_inspected_with_its_world() {
    let case = chain(41);
    let text = case.dayfly(["inspect", "main.wat"]).exits(0).stdout;
    for line in [
        "dayfly runs it together with import modules:",
        "it imports the instance `a:b/one@1.2.0`, which an import module has to provide",
        "  import a:b/one@1.2.0;",
        "  export wasi:cli/run@0.2.0;",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let json = case.dayfly(["inspect", "first.wat", "--json"]).exits(0).json();
    assert!(json["wit"].as_str().unwrap().contains("export a:b/one@1.0.0;"), "{json:#}");
}
