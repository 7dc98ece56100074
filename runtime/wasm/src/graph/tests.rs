//! Tests of who satisfies what, on modules in text form.

use std::collections::HashMap;

use dayfly_core::{Denied, Egress, Ending, Error, ImportModule, Module};

use super::{Granted, Graph, HostModule, Library, Origin, Provider};

/// Inputs by name.
#[derive(Default)]
struct Inputs(HashMap<&'static str, &'static str>);

impl Library for Inputs {
    fn find(&self, name: &str) -> Result<Option<Module>, Error> {
        Ok(self.0.get(name).map(|text| Module::new(format!("{name}.wat"), text.as_bytes())))
    }

    fn places(&self) -> Vec<String> {
        self.0.keys().map(|name| format!("/{name}")).collect()
    }
}

fn import(file: &str, names: &[&str], text: &str) -> ImportModule {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    ImportModule { module: Module::new(file, text.as_bytes()), names }
}

/// What a guest without a network has.
fn closed() -> Granted {
    Granted::by(&Egress::none())
}

fn resolve(entry: &str, imports: &[ImportModule], inputs: &Inputs) -> Result<Graph, String> {
    resolve_for(&closed(), entry, imports, inputs)
}

fn resolve_for(
    granted: &Granted,
    entry: &str,
    imports: &[ImportModule],
    inputs: &Inputs,
) -> Result<Graph, String> {
    match Graph::resolve(&Module::new("main.wat", entry.as_bytes()), imports, inputs, granted) {
        Ok(graph) => Ok(graph),
        Err(Ending::Invalid(why)) => Err(why),
        Err(other) => panic!("{other:?}"),
    }
}

fn order(graph: &Graph) -> Vec<&str> {
    graph.nodes.iter().map(|node| node.module.name.as_str()).collect()
}

const LIB: &str = r#"(module (func (export "f")) (memory (export "m") 1) (table (export "t") 1 funcref) (global (export "g") i32 (i32.const 1)))"#;

#[test]
fn what_is_imported_comes_first_and_the_list_keeps_its_order() {
    let imports = [
        import("a.wat", &["a.wat", "a"], r#"(module (import "b" "f" (func)) (func (export "f")))"#),
        import("b.wat", &["b"], LIB),
        import("c.wat", &["c"], "(module)"),
    ];
    let entry = r#"(module (import "a" "f" (func)) (import "b" "m" (memory 1)) (import "b" "t" (table 1 funcref))
        (import "b" "g" (global i32)) (import "wasi_snapshot_preview1" "sched_yield" (func (result i32))))"#;
    let graph = resolve(entry, &imports, &Inputs::default()).unwrap();
    assert_eq!(order(&graph), ["b.wat", "a.wat", "c.wat", "main.wat"]);
    assert_eq!(graph.nodes[1].providers, [Provider::Module(0)]);
    let [b, a] = [Provider::Module(0), Provider::Module(1)];
    assert_eq!(graph.entry().unwrap().providers, [a, b, b, b, Provider::Host(HostModule::Preview1)]);
    assert!(graph.warnings.is_empty());
}

#[test]
fn inputs_are_found_by_import_name_and_theirs_in_turn() {
    let inputs = Inputs(HashMap::from([
        ("lib", r#"(module (import "deeper" "f" (func)) (func (export "f")))"#),
        ("deeper", LIB),
    ]));
    let graph = resolve(r#"(module (import "lib" "f" (func)))"#, &[], &inputs).unwrap();
    assert_eq!(order(&graph), ["deeper.wat", "lib.wat", "main.wat"]);
    assert!(graph.nodes[..2].iter().all(|node| node.origin == Origin::Found));
    let listed = [import("listed.wat", &["lib"], LIB)];
    let graph = resolve(r#"(module (import "lib" "f" (func)))"#, &listed, &inputs).unwrap();
    assert_eq!(order(&graph), ["listed.wat", "main.wat"]);
}

#[test]
fn what_nothing_satisfies_says_all_there_is_to_know() {
    let imports = [import("a.wat", &["lib/a.wat", "a"], LIB)];
    let inputs = Inputs(HashMap::from([("data", "")]));
    let entry = r#"(module (import "other" "go" (func (param i32) (result i64))))"#;
    let why = resolve(entry, &imports, &inputs).unwrap_err();
    for part in [
        "unknown module \"other\"",
        "`main.wat` imports the function `go`",
        "(func (param i32) (result i64))",
        "`a.wat` (as \"lib/a.wat\", \"a\")",
        "wasi_snapshot_preview1",
        "`/data`",
    ] {
        assert!(why.contains(part), "{part}: {why}");
    }
    let why = resolve(r#"(module (import "a" "h" (func)))"#, &imports, &inputs).unwrap_err();
    assert!(
        why.contains("`a.wat`") && why.contains("does not export it") && why.contains("`f` (func)"),
        "{why}"
    );
    let why = resolve(r#"(module (import "wasi_unstable" "fd_write" (func)))"#, &[], &inputs).unwrap_err();
    assert!(why.contains("WASI of 2019"), "{why}");
}

#[test]
fn a_mismatch_gives_both_types() {
    let imports = [import("a.wat", &["a"], LIB)];
    let mismatch = |wanted: &str| {
        resolve(&format!("(module (import {wanted}))"), &imports, &Inputs::default()).unwrap_err()
    };
    for (wanted, types) in [
        (r#""a" "f" (func (param i32))"#, ["(func (param i32))", "has it as (func)"]),
        (r#""a" "m" (memory 2)"#, ["(memory 2)", "has it as (memory 1)"]),
        (r#""a" "t" (table 1 externref)"#, ["(table 1 externref)", "has it as (table 1 funcref)"]),
        (r#""a" "g" (global (mut i32))"#, ["(global (mut i32))", "has it as (global i32)"]),
        (r#""a" "g" (func)"#, ["(func)", "has it as (global i32)"]),
        (
            r#""wasi_snapshot_preview1" "fd_write" (func (param i64))"#,
            ["(func (param i64))", "dayfly has it as (func (param i32 i32 i32 i32) (result i32))"],
        ),
    ] {
        let why = mismatch(wanted);
        assert!(why.contains("incompatible import type") && types.iter().all(|ty| why.contains(ty)), "{why}");
    }
    assert!(
        mismatch(r#""wasi_snapshot_preview1" "fd_wrote" (func)"#).contains("unknown function `fd_wrote`")
    );
}

#[test]
fn circles_are_named_however_long_they_are() {
    let circle = |count: usize| {
        let imports: Vec<_> = (0..count)
            .map(|number| {
                let next = (number + 1) % count;
                let text = format!(r#"(module (import "m{next}" "f" (func)) (func (export "f")))"#);
                import(&format!("m{number}.wat"), &[&format!("m{number}")], &text)
            })
            .collect();
        resolve("(module)", &imports, &Inputs::default()).unwrap_err()
    };
    let two = circle(2);
    assert!(two.contains("2 modules import each other in a circle"), "{two}");
    assert!(two.contains("`m0.wat` → `m1.wat` → `m0.wat`"), "{two}");
    let hundred = circle(100);
    assert!(hundred.contains("100 modules") && hundred.contains("88 more"), "{hundred}");
    assert!(hundred.contains("`m0.wat` → `m1.wat`") && hundred.contains("`m99.wat` → `m0.wat`"), "{hundred}");
    assert!(circle(1).contains("`m0.wat` imports itself"));
    // The same among inputs, which nobody listed.
    let inputs = Inputs(HashMap::from([
        ("x", r#"(module (import "y" "f" (func)) (func (export "f")))"#),
        ("y", r#"(module (import "x" "f" (func)) (func (export "f")))"#),
    ]));
    let why = resolve(r#"(module (import "x" "f" (func)))"#, &[], &inputs).unwrap_err();
    assert!(why.contains("`x.wat` → `y.wat` → `x.wat`"), "{why}");
}

#[test]
fn names_that_several_modules_have_are_told_if_they_matter() {
    let imports = [import("a.wat", &["one/a", "a"], LIB), import("b.wat", &["two/a", "a"], LIB)];
    let graph = resolve("(module)", &imports, &Inputs::default()).unwrap();
    assert!(graph.warnings.is_empty());
    let graph = resolve(r#"(module (import "a" "f" (func)))"#, &imports, &Inputs::default()).unwrap();
    assert!(graph.warnings[0].contains("`a.wat` and `b.wat` share the name \"a\""), "{:?}", graph.warnings);
    assert_eq!(graph.entry().unwrap().providers, [Provider::Module(0)]);
    let twice = [import("a.wat", &["a"], LIB), import("a.wat", &["a"], LIB)];
    assert_eq!(resolve("(module)", &twice, &Inputs::default()).unwrap().warnings.len(), 1);
}

#[test]
fn modules_that_share_several_names_are_told_once() {
    let twice = [import("c.wat", &["c.wat", "c"], LIB), import("c.wat", &["c.wat", "c"], LIB)];
    let graph = resolve(r#"(module (import "c" "f" (func)))"#, &twice, &Inputs::default()).unwrap();
    assert_eq!(graph.warnings.len(), 1, "{:?}", graph.warnings);
}

#[test]
fn one_input_is_one_module_however_it_is_called() {
    let inputs = Inputs(HashMap::from([("/in/m", LIB), ("/in/./m", LIB), ("/in//././m", LIB)]));
    let entry = r#"(module (import "/in/./m" "f" (func)) (import "/in/m" "f" (func)) (import "/in//././m" "f" (func)))"#;
    let graph = resolve(entry, &[], &inputs).unwrap();
    assert_eq!(graph.nodes.len(), 2);
    assert_eq!(graph.entry().unwrap().providers, [Provider::Module(0); 3]);
}

#[test]
fn nothing_more_is_looked_at_once_nobody_waits() {
    struct Gone;
    impl Library for Gone {
        fn find(&self, _: &str) -> Result<Option<Module>, Error> {
            Ok(None)
        }

        fn places(&self) -> Vec<String> {
            Vec::new()
        }

        fn stopped(&self) -> bool {
            true
        }
    }
    let ended = Graph::resolve(&Module::new("m.wat", &b"no module"[..]), &[], &Gone, &closed());
    assert!(matches!(ended, Err(Ending::Cancelled)));
}

#[test]
fn long_names_are_cut_in_messages() {
    let long = "x\\n".repeat(30_000);
    let text = format!(r#"(module (import "{long}" "{long}" (func)))"#);
    let why = resolve(&text, &[], &Inputs::default()).unwrap_err();
    assert!(why.len() < 1000 && !why.contains('\n') && why.contains("x\\nx"), "{why}");
}

#[test]
fn a_module_may_stand_in_for_wasi_and_use_it() {
    let shim = r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32))) (func (export "sched_yield") (result i32) i32.const 0))"#;
    let imports = [import("shim.wat", &["wasi_snapshot_preview1"], shim)];
    let entry = r#"(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32))))"#;
    let graph = resolve(entry, &imports, &Inputs::default()).unwrap();
    assert_eq!(graph.nodes[0].providers, [Provider::Host(HostModule::Preview1)]);
    assert_eq!(graph.nodes[1].providers, [Provider::Module(0)]);
}

#[test]
fn an_import_module_that_calls_wasi_has_a_memory() {
    let text = r#"(module (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32))))"#;
    let why = resolve("(module)", &[import("a.wat", &["a"], text)], &Inputs::default()).unwrap_err();
    assert!(why.contains("`a.wat` imports `fd_close`") && why.contains("exports no memory"), "{why}");
}

#[test]
fn what_is_no_module_is_named() {
    let why = resolve("(module)", &[import("a.txt", &["a"], "hello")], &Inputs::default()).unwrap_err();
    assert!(why.contains("`a.txt` is not a WebAssembly module"), "{why}");
}

const REQUESTS: &str = r#"(import "wasi:http/requests" "http_request"
    (func (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))"#;

#[test]
fn a_guest_without_a_network_is_told_why_there_are_no_requests() {
    let entry = format!("(module {REQUESTS})");
    let why = resolve(&entry, &[], &Inputs::default()).unwrap_err();
    let begin =
        "unknown module \"wasi:http/requests\": `main.wat` imports the function `http_request` of it, (func";
    assert!(why.starts_with(begin), "{why}");
    let Denied { what, remedy } = Egress::none().closed();
    assert!(why.ends_with(&format!(", and {what}; {}", remedy.unwrap())), "{why}");
}

#[test]
fn a_module_may_stand_in_for_requests() {
    let shim = r#"(module (func (export "http_request")
        (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) i32.const 2))"#;
    let entry = format!("(module {REQUESTS})");
    let listed = [import("shim.wat", &["wasi:http/requests"], shim)];
    assert_eq!(order(&resolve(&entry, &listed, &Inputs::default()).unwrap()), ["shim.wat", "main.wat"]);
}

#[test]
#[cfg(feature = "http")]
fn a_guest_with_a_network_has_requests() {
    let granted = Granted::open();
    let entry = format!("(module {REQUESTS} (memory (export \"memory\") 1))");
    let graph = resolve_for(&granted, &entry, &[], &Inputs::default()).unwrap();
    assert_eq!(graph.nodes[0].providers, [Provider::Host(HostModule::Requests)]);
    let other = r#"(module (import "wasi:http/requests" "http_get_response_size" (func)))"#;
    let why = resolve_for(&granted, other, &[], &Inputs::default()).unwrap_err();
    assert!(
        why.contains("`http_get_response_size` of `wasi:http/requests`") && why.contains("Bacalhau"),
        "{why}"
    );
    let short = r#"(module (import "wasi:http/requests" "http_request" (func (param i32) (result i32))))"#;
    let why = resolve_for(&granted, short, &[], &Inputs::default()).unwrap_err();
    assert!(why.contains("incompatible import type") && why.contains("dayfly has it as"), "{why}");
    let without_memory = [import("a.wat", &["a"], &format!("(module {REQUESTS})"))];
    let why = resolve_for(&granted, "(module)", &without_memory, &Inputs::default()).unwrap_err();
    assert!(why.contains("`a.wat` imports `http_request`") && why.contains("exports no memory"), "{why}");
}
