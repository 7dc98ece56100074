//! `dayfly module snapshot`: modules that start already initialised.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::support::{Case, tree};

/// Keeps in its memory what it is told, and tells it when it runs.
const TELLER: &str = r#"(module
    (import "wasi_snapshot_preview1" "environ_get" (func $variables (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\00\02\00\00\08\00\00\00")
    (func $tell (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16))))
    (func (export "wizer-initialize")
        (drop (call $variables (i32.const 256) (i32.const 512)))
        (call $tell))
    (func (export "_start") (call $tell))
    (func (export "silent")))"#;

fn teller() -> Case {
    let case = Case::new();
    case.write("teller.wat", TELLER);
    case
}

#[test]
fn a_snapshot_is_beside_its_module_and_holds_what_was_there() {
    let case = teller();
    let arguments = ["module", "snapshot", "teller.wat", "-e", "WORD=abc"];
    // What the initialisation says is not what is asked for.
    let ended = case.dayfly(arguments).exits(0).prints("").says("WORD=abc");
    ended.says("teller.snapshot.wasm starts where `wizer-initialize` ended, which took").says(" B became ");
    case.dayfly(["run", "teller.snapshot.wasm", "-e", "WORD=xyz"]).exits(0).prints("WORD=abc");
    let mode = case.path("teller.snapshot.wasm").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o111, 0);
    let names: Vec<String> = tree(&case.path("")).into_keys().collect();
    assert_eq!(names, ["teller.snapshot.wasm", "teller.wat"], "something else is left");
    // It is an execution like any other.
    case.dayfly(["ps"]).exits(0).prints_some("teller.wat");
}

#[test]
fn what_was_made_is_told_as_json() {
    let case = teller();
    let ended = case.dayfly(["module", "snapshot", "teller.wat", "--json", "-q", "-o", "out.wasm"]).exits(0);
    let told = ended.json();
    let bytes = fs::read(case.path("out.wasm")).unwrap();
    assert_eq!(told["bytes"], bytes.len());
    assert_eq!((told["file"].as_str(), told["init"].as_str()), (Some("out.wasm"), Some("wizer-initialize")));
    assert!(told["bytes_before"].as_u64().is_some_and(|before| before > 200));
    assert_eq!(told["execution"]["status"], "succeeded");
    assert!(told["digest"].as_str().unwrap().starts_with("sha256:"));
}

#[test]
fn nothing_is_overwritten_that_was_not_to_be() {
    let case = teller();
    case.write("there.wasm", "mine");
    let refused = |output: &str| {
        case.dayfly(["module", "snapshot", "teller.wat", "-o", output]).exits(73).has_one_error()
    };
    refused("there.wasm").says("can't write there.wasm: there is a file already; --force replaces it");
    assert_eq!(case.read("there.wasm"), "mine");
    refused("no/such.wasm").says("there is no such folder");
    refused("/").says("no name of a file");
    symlink("elsewhere", case.path("link.wasm")).unwrap();
    let forced = ["module", "snapshot", "teller.wat", "--force", "-o"];
    case.dayfly(forced.iter().chain(&["link.wasm"])).exits(73).says("no plain file");
    case.dayfly(forced.iter().chain(&["there.wasm"])).exits(0);
    case.dayfly(["run", "there.wasm"]).exits(0);
    // Over itself too, if it has to be.
    case.dayfly(forced.iter().chain(&["teller.wat"])).exits(0);
    case.dayfly(["run", "teller.wat"]).exits(0);
}

#[test]
fn where_none_can_be_made_nothing_is_written() {
    let case = teller();
    case.write("text.wasm", "no module");
    case.write("traps.wat", r#"(module (func (export "wizer-initialize") unreachable))"#);
    case.write("spins.wat", r#"(module (func (export "wizer-initialize") (loop $on (br $on))))"#);
    case.write("plain.wat", r#"(module (func (export "_start")))"#);
    let before = tree(&case.path(""));
    let snapshot = |arguments: &[&str], status| {
        let ended = case.dayfly(["module", "snapshot"].iter().chain(arguments)).exits(status).has_one_error();
        assert_eq!(tree(&case.path("")), before, "{ended}");
        ended.prints("")
    };
    snapshot(&["text.wasm"], 65).says("is not a WebAssembly module");
    snapshot(&["missing.wasm"], 66).says("missing.wasm does not exist");
    snapshot(&["plain.wat"], 65).says("exports no `wizer-initialize` or `wizer.initialize`").says("`_start`");
    snapshot(&["traps.wat"], 134).says("wasm `unreachable` instruction executed");
    snapshot(&["spins.wat", "--timeout", "0.1"], 124).says("timed out");
    snapshot(&["spins.wat", "--cpu-time", "0.1"], 137).says("--cpu-time");
    snapshot(&["spins.wat", "--fuel=1000"], 137).says("--fuel");
    snapshot(&["teller.wat", "--rename", "_start=other"], 65)
        .says("`other` of `teller.wat` can't be renamed");
    snapshot(&["-"], 2).says("-o names its file");
}

#[test]
fn functions_are_chosen_kept_and_renamed() {
    let case = teller();
    let arguments =
        ["module", "snapshot", "teller.wat", "--init", "silent", "--keep-init", "--rename", "_start=silent"];
    case.dayfly(arguments.iter().chain(&["-o", "out.wasm", "-q"])).exits(0).prints("");
    case.dayfly(["run", "out.wasm"]).exits(0).prints("");
    let found = case.dayfly(["inspect", "out.wasm", "--json"]).exits(0).json();
    let exports: Vec<_> =
        found["exports"].as_array().unwrap().iter().map(|export| export["name"].clone()).collect();
    assert_eq!(exports, ["memory", "wizer-initialize", "_start"]);
}

#[test]
fn a_module_comes_from_standard_input_too() {
    let case = Case::new();
    let command = case.command(["module", "snapshot", "-", "-o", "out.wasm", "-q"]);
    case.finish_with_input(command, TELLER).exits(0).prints("");
    case.dayfly(["run", "out.wasm"]).exits(0);
}
