//! Core modules that want to be components.

use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::*;

const WIT: &str = "package t:t; interface number { get: func() -> u32; } world source { export number; } \
                   world user { import number; export go: func() -> u32; } world program { import number; }";

/// A core module with the section that says that it wants to be a component of this world.
pub(super) fn wanting(world: &str, text: &str) -> Module {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("t.wit", WIT).unwrap();
    let id = resolve.packages[package].worlds[world];
    let mut binary = wat::parse_str(text).unwrap();
    embed_component_metadata(&mut binary, &resolve, id, StringEncoding::UTF8).unwrap();
    Module::new(format!("{world}.wasm"), binary)
}

const USER: &str = r#"(module
    (import "t:t/number" "get" (func $get (result i32)))
    (func (export "go") (result i32) (i32.add (call $get) (i32.const 1))))"#;
const SOURCE: &str = r#"(module (func (export "t:t/number#get") (result i32) i32.const 41))"#;

fn find(entry: &Module, imports: &[ImportModule]) -> Result<Found, Ending> {
    Composer::default().program(entry, imports, &Inputs::default(), &Granted::by(&Egress::none()))
}

fn components(entry: &Module, imports: &[ImportModule]) -> Composed {
    match find(entry, imports) {
        Ok(Found::Component(composed)) => composed,
        other => panic!("{other:?}"),
    }
}

fn listed(module: Module) -> ImportModule {
    ImportModule { module, names: Vec::new() }
}

#[test]
fn the_entry_and_an_import_module_become_components_first() {
    let (user, source) = (wanting("user", USER), wanting("source", SOURCE));
    let composed = components(&user, &[listed(source.clone())]);
    assert!(composed.parts.iter().all(|part| part.adapted));
    assert_eq!(running::go_of(&composed), 42);
    // Beside a component that was one from the beginning.
    let text = giving("t:t/number", 6);
    assert_eq!(running::go_of(&components(&user, &[import("number", &text)])), 7);
    let entry = Module::new("main.wat", summing(&["t:t/number"]).as_bytes());
    assert_eq!(running::go_of(&components(&entry, &[listed(source)])), 41);
}

#[test]
fn what_it_imports_of_preview_1_is_led_to_wasi_02() {
    let with = |own: &str| {
        format!(
            r#"(module (import "t:t/number" "get" (func $get (result i32)))
                (import "wasi_snapshot_preview1" "args_sizes_get" (func (param i32 i32) (result i32)))
                (memory (export "memory") 1) {own})"#
        )
    };
    let reactor = wanting("user", &with(r#"(func (export "go") (result i32) call $get)"#));
    let source = [listed(wanting("source", SOURCE))];
    components(&reactor, &source).binary().unwrap();
    let command = wanting("program", &with(r#"(func (export "_start") (drop (call $get)))"#));
    let composed = components(&command, &source);
    assert!(composed.interface.exported("wasi:cli/run", "0.2.").is_some(), "{:?}", composed.interface);
    assert!(composed.interface.imports.iter().any(|import| import.starts_with("wasi:cli/environment@0.2.")));
    composed.binary().unwrap();
}

#[test]
fn a_program_that_runs_as_it_is_stays_a_core_module() {
    let program = wanting("program", r#"(module (memory (export "memory") 1) (func (export "_start")))"#);
    assert!(matches!(find(&program, &[]), Ok(Found::Core(_))));
    // Beside a component it has to be one.
    assert!(matches!(find(&program, &[import("number", &giving("t:t/number", 6))]), Ok(Found::Component(_))));
}

#[test]
fn one_that_becomes_a_component_does_not_mix_with_core_modules_either() {
    match find(&wanting("user", USER), &[import("lib", "(module)")]) {
        Err(Ending::Invalid(why)) => {
            assert!(
                why.contains(
                    "`user.wasm` becomes a component, by its section `component-type`, and `lib.wat`"
                )
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_that_is_not_what_it_says_is_refused() {
    let why = |module: &Module| match find(module, &[]) {
        Err(Ending::Invalid(why)) => why,
        other => panic!("{other:?}"),
    };
    let missing = why(&wanting("user", "(module)"));
    assert!(missing.contains("`user.wasm` is a core module that wants to be a component"), "{missing}");
    let mut nonsense = wat::parse_str(r#"(module (func (export "f")))"#).unwrap();
    nonsense.extend(b"\0\x12\x0ecomponent-typexxx");
    let nonsense = why(&Module::new("nonsense.wasm", nonsense));
    assert!(nonsense.contains("can't become one"), "{nonsense}");
}
