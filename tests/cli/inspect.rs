//! `dayfly inspect`: what it says of modules, and how it refuses what is none.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Case, Ended, names, tree};

/// Inspects a file of this repository, from its root, so that the name in the text is the same everywhere.
fn inspect_here(path: &str) -> Ended {
    let case = Case::new();
    let mut command = case.command(["inspect", path]);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    case.finish(command).exits(0)
}

#[test]
fn the_text_for_a_program() {
    insta::assert_snapshot!(inspect_here("examples/hello/hello.wasm").stdout);
}

#[test]
fn the_text_for_a_module_with_several_entry_points() {
    insta::assert_snapshot!(inspect_here("tests/guests/wat/entry_points.wat").stdout);
}

#[test]
fn the_text_for_a_module_that_needs_another() {
    insta::assert_snapshot!(inspect_here("tests/guests/wat/unknown_import.wat").stdout);
}

#[test]
fn the_text_for_a_component() {
    let case = Case::new();
    case.write(
        "c.wat",
        r#"(component (import "wasi:cli/environment@0.2.3" (instance)) (import "wasi:cli/stdout@0.2.3" (instance))
            (core module (func)) (export "wasi:cli/run@0.2.3" (instance 0)))"#,
    );
    insta::assert_snapshot!(case.dayfly(["inspect", "c.wat"]).exits(0).stdout);
}

#[test]
fn every_guest_can_be_inspected() {
    let guests = crate::support::guest("cat").parent().unwrap().to_owned();
    let case = Case::new();
    for name in names(&guests).iter().filter(|name| name.ends_with(".wasm")) {
        let path = guests.join(name);
        let ended = case.dayfly([Path::new("inspect"), &path, Path::new("--json")]).exits(0);
        let found = ended.json();
        let kind = if std::fs::read(&path).unwrap()[6] == 1 { "component" } else { "module" };
        assert_eq!(found["kind"], kind, "{name}");
        assert_eq!(found["verdict"]["fit"], "runs", "{name}: {:#}", found["verdict"]);
    }
}

#[test]
fn json_holds_it_all() {
    let case = Case::new();
    case.guest("cat");
    let found = case.dayfly(["inspect", "cat.wasm", "--json"]).exits(0).says("").json();
    let bytes = fs::read(case.path("cat.wasm")).unwrap();
    assert_eq!(found["schema"], 1);
    assert_eq!(found["bytes"], bytes.len());
    assert!(found["digest"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(found["wasi"], serde_json::json!(["preview1"]));
    assert_eq!(found["imports"][0]["module"], "wasi_snapshot_preview1");
    let sections = found["sections"].as_array().unwrap();
    let sum: u64 = sections.iter().map(|section| section["bytes"].as_u64().unwrap()).sum();
    assert!(sum < bytes.len() as u64 && sum * 10 > bytes.len() as u64 * 9, "{sum} of {}", bytes.len());
}

#[test]
fn standard_input_is_read() {
    let case = Case::new();
    let text = "(module (func (export \"_start\")))";
    let ended = case.finish_with_input(case.command(["inspect", "-"]), text).exits(0);
    assert!(ended.stdout.starts_with("standard input\n"), "{ended}");
}

#[test]
fn what_is_no_module_is_refused_with_its_place() {
    let case = Case::new();
    let refuse = |name: &str, bytes: &[u8], code| {
        case.write(name, bytes);
        case.dayfly(["inspect", name]).exits(code).has_one_error().prints("").says(name)
    };
    refuse("empty.wasm", b"", 65).says("empty");
    refuse("script", b"#!/bin/sh\n", 65).says("\\0asm");
    refuse("version.wasm", b"\0asm\x02\0\0\0", 65).says("version 2");
    refuse("cut.wasm", b"\0asm\x01\0\0\0\x01", 65).says("at byte 9");
    refuse("text.wat", b"(module (func $a (call $b)))", 65).says("text.wat:1:");
    case.dayfly(["inspect", "missing.wasm"]).exits(66).has_one_error().prints("").says("does not exist");
    case.dayfly(["inspect", "."]).exits(66).has_one_error().prints("").says("folder");
}

#[test]
fn nothing_in_a_module_moves_the_cursor_or_is_endless() {
    let case = Case::new();
    let imports: String = (0..12_345).map(|index| format!(r#"(import "m" "f{index}" (func))"#)).collect();
    let text = format!(
        r#"(module {imports} (import "\1b[2J\0adayfly: all is well" "\0d\07" (func)) (func (export "\1b]0;x\07")))"#
    );
    case.write("loud.wat", &text);
    let before = tree(&case.path(""));
    let ended = case.dayfly(["inspect", "loud.wat"]).exits(0).says("");
    assert!(!ended.stdout.chars().any(|c| c.is_control() && c != '\n'), "{ended}");
    assert!(!ended.stdout.lines().any(|line| line.starts_with("dayfly:")), "{ended}");
    assert!(ended.stdout.contains("… and 12,246 more of 2 modules"), "{ended}");
    assert!(ended.stdout.lines().count() < 200, "{ended}");
    let found: Value = case.dayfly(["inspect", "loud.wat", "--json"]).exits(0).json();
    assert_eq!(found["import_count"], 12_346);
    assert_eq!(found["imports"][0]["items"].as_array().unwrap().len(), 10_000);
    case.left_nothing_since(&before);
}
