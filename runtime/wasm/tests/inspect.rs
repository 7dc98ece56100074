//! What is found out about modules, and that nothing in a module can make finding it out fail badly.

#![cfg(feature = "compile")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

use dayfly_wasm::inspect::{
    Fit, Form, Giver, InspectError, Inspection, ItemKind, Kind, MAX_ITEMS, MAX_NAME, MAX_TYPE, Role, inspect,
};

fn look(text: &str) -> Inspection {
    inspect("m.wat", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(bytes: &[u8]) -> InspectError {
    inspect("m.wasm", bytes).map(|found| found.kind).unwrap_err()
}

/// A module of the real world: what a Rust compiler makes of a small program.
fn real() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/hello/hello.wasm")).unwrap()
}

#[test]
fn imports_and_exports_have_types_and_groups() {
    let found = look(
        r#"(module
            (import "a" "f" (func (param i32 i64) (result f32)))
            (import "b" "m" (memory 1 5))
            (import "a" "g" (global (mut i64)))
            (import "a" "t" (table 2 funcref))
            (func (export "two") (result i32 f64) i32.const 0 f64.const 0)
            (global (export "const") i32 (i32.const 1))
            (export "memory" (memory 0)))"#,
    );
    assert_eq!((found.kind, found.role, found.import_count), (Kind::Module, Role::Library, 4));
    assert!(matches!(found.form, Form::Text { .. }));
    let groups: Vec<_> = found.imports.iter().map(|group| (group.module.as_str(), group.count)).collect();
    assert_eq!(groups, [("a", 3), ("b", 1)]);
    let words: Vec<_> = found.imports[0]
        .items
        .iter()
        .map(|item| format!("{} {} {}", item.kind.word(), item.name, item.ty))
        .collect();
    assert_eq!(
        words,
        ["func f (i32, i64) -> f32", "global g mut i64", "table t 2 elements or more of funcref"]
    );
    let words: Vec<_> = found.exports.iter().map(|item| format!("{} {}", item.name, item.ty)).collect();
    assert_eq!(words, ["two () -> (i32, f64)", "const i32", "memory 1 to 5 pages"]);
    assert_eq!((found.globals.imported, found.globals.defined, found.globals.mutable), (1, 1, 1));
    assert_eq!((found.functions.imported, found.functions.defined), (1, 1));
    let memory = found.memories[0];
    assert_eq!((memory.imported, memory.minimum_bytes, memory.maximum_bytes), (true, 65_536, Some(327_680)));
}

#[test]
fn memories_of_every_kind_are_described() {
    let found = look("(module (memory i64 1) (memory 1 2 shared) (memory 3 (pagesize 1)))");
    let [wide, shared, small] = &found.memories[..] else { panic!("{:?}", found.memories) };
    assert!(wide.memory64 && wide.maximum_bytes.is_none() && !wide.shared);
    assert!(shared.shared && shared.maximum_bytes == Some(131_072));
    assert_eq!((small.page_bytes, small.minimum_bytes), (1, 3));
    let huge = look("(module (memory i64 0x1000000000000))");
    assert_eq!(huge.memories[0].minimum_bytes, u64::MAX, "2^64 bytes are the most that can be said");
}

#[test]
fn segments_start_and_sections_are_counted() {
    let found = look(
        r#"(module (memory 1) (table 1 funcref) (func $f) (start $f)
            (data (i32.const 0) "abc") (data "def") (elem (i32.const 0) $f) (elem declare func $f))"#,
    );
    assert_eq!((found.data.count, found.data.passive), (2, 1));
    assert_eq!((found.elements.count, found.elements.passive), (2, 1));
    assert_eq!(found.start, Some(0));
    let data = found.sections.iter().find(|section| section.name == "data").unwrap();
    assert!(data.bytes > 6 && data.percent > 0.0);
    let sum: f64 = found.sections.iter().map(|section| section.percent).sum();
    assert!(sum < 100.0, "{sum}");
    assert!(found.sections.is_sorted_by(|one, next| one.bytes >= next.bytes));
}

#[test]
fn the_toolchain_is_read_from_custom_sections() {
    let found = look(
        r#"(module $own-name
            (@producers (language "Rust" "2024") (processed-by "rustc" "1.95.0") (sdk "Emscripten" "4.0"))
            (@custom "target_features" "\02+\07simd128-\07atomics")
            (@custom "anything" "1234"))"#,
    );
    let made = &found.toolchain;
    assert_eq!(made.name.as_deref(), Some("own-name"));
    assert_eq!((made.languages[0].name.as_str(), made.languages[0].version.as_str()), ("Rust", "2024"));
    assert_eq!((made.processed_by[0].name.as_str(), made.sdks[0].name.as_str()), ("rustc", "Emscripten"));
    assert_eq!(made.target_features, ["+simd128", "-atomics"]);
    let custom = found.custom.iter().find(|custom| custom.name == "anything").unwrap();
    assert_eq!(custom.bytes, 4);
}

#[test]
fn malformed_custom_sections_say_nothing_and_break_nothing() {
    for name in ["producers", "name", "target_features", "component-name", "dylink.0"] {
        let text = format!(r#"(module (@custom "{name}" "\ff\ff\ff\ff\0f\ff\00"))"#);
        assert!(look(&text).toolchain.languages.is_empty(), "{name}");
    }
}

#[test]
fn wasi_and_role_are_told_from_imports_and_exports() {
    let preview1 = |import: &str, export: &str| {
        look(&format!(
            r#"(module (import "{import}" "proc_exit" (func (param i32))) (memory (export "memory") 1)
                (func (export "{export}")))"#
        ))
    };
    let command = preview1("wasi_snapshot_preview1", "_start");
    assert_eq!((command.wasi, command.role), (vec!["preview1".to_owned()], Role::Command));
    assert_eq!(command.verdict.fit, Fit::Runs);
    let reactor = preview1("wasi_snapshot_preview1", "_initialize");
    assert_eq!((reactor.role, reactor.verdict.fit), (Role::Reactor, Fit::DoesNotRun));
    let old = preview1("wasi_unstable", "_start");
    assert_eq!((old.wasi, old.verdict.fit), (vec!["unstable".to_owned()], Fit::DoesNotRun));
    assert!(old.verdict.reasons[0].contains("2019"), "{:?}", old.verdict);
}

#[test]
fn a_verdict_says_what_is_missing() {
    let verdict = |text: &str| {
        let found = look(text);
        (found.verdict.fit, found.verdict.reasons.join("\n"))
    };
    let (fit, why) = verdict(r#"(module (import "env" "f" (func)) (func (export "_start")))"#);
    assert!(fit == Fit::NeedsModules && why.contains("1 thing of `env`"), "{why}");
    let (fit, why) = verdict(r#"(module (func (export "go")) (func (export "no") (param i32)))"#);
    assert!(
        fit == Fit::Runs && why.contains("--entry") && why.contains("`go`") && !why.contains("`no`"),
        "{why}"
    );
    let (fit, why) = verdict("(module)");
    assert!(fit == Fit::DoesNotRun && why.contains("nothing to start"), "{why}");
    let (fit, why) = verdict(r#"(module (func (export "_start") (param i32)))"#);
    assert!(fit == Fit::DoesNotRun && why.contains("(i32)"), "{why}");
    let wasi = |name: &str, ty: &str| {
        verdict(&format!(
            r#"(module (import "wasi_snapshot_preview1" "{name}" (func {ty})) (func (export "_start")))"#
        ))
    };
    let (fit, why) = wasi("fd_frob", "");
    assert!(fit == Fit::DoesNotRun && why.contains("nothing of that name"), "{why}");
    let (fit, why) = wasi("fd_close", "(param i64) (result i32)");
    assert!(fit == Fit::DoesNotRun && why.contains("(i64) -> i32") && why.contains("(i32) -> i32"), "{why}");
    let (fit, why) = wasi("fd_close", "(param i32) (result i32)");
    assert!(fit == Fit::DoesNotRun && why.contains("no memory"), "{why}");
    assert_eq!(wasi("proc_exit", "(param i32)").0, Fit::Runs);
    let requests = |name: &str| {
        let ty = "(param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)";
        verdict(&format!(
            r#"(module (import "wasi:http/requests" "{name}" (func {ty})) (memory (export "memory") 1)
                (func (export "_start")))"#
        ))
    };
    let (fit, why) = requests("http_request");
    assert!(fit == Fit::Runs && why.contains("whose job opens the network"), "{why}");
    let (fit, why) = requests("http_get");
    assert!(fit == Fit::DoesNotRun && why.contains("nothing of that name"), "{why}");
    let (fit, why) = verdict(r#"(module (memory 1 2 shared) (func (export "_start")))"#);
    assert!(fit == Fit::DoesNotRun && why.contains("`threads`"), "{why}");
}

#[test]
fn a_component_is_described_by_names_and_kinds() {
    let found = look(
        r#"(component
            (import "wasi:http/types@0.3.0" (instance $types))
            (import "wasi:io/poll@0.2.3" (instance))
            (import "plain" (func))
            (core module (func) (@producers (language "Rust" "")))
            (component)
            (export "wasi:http/incoming-handler@0.2.3" (instance $types)))"#,
    );
    assert_eq!((found.kind, found.role, found.import_count), (Kind::Component, Role::HttpHandler, 3));
    assert_eq!(found.wasi, ["0.2.3", "0.3.0"]);
    let groups: Vec<_> = found
        .imports
        .iter()
        .map(|group| format!("{} {} {}", group.module, group.items[0].kind.word(), group.items[0].name))
        .collect();
    assert_eq!(groups, ["wasi:http@0.3.0 instance types", "wasi:io@0.2.3 instance poll", " func plain"]);
    assert_eq!(found.exports[0].kind, ItemKind::Instance);
    assert_eq!(found.holds.iter().map(|part| part.kind).collect::<Vec<_>>(), [Kind::Module, Kind::Component]);
    assert_eq!(found.toolchain.languages[0].name, "Rust");
    // A build with components asks for somebody who gives it `plain`.
    let fit = if cfg!(feature = "components") { Fit::NeedsModules } else { Fit::DoesNotRun };
    assert_eq!(found.verdict.fit, fit);
}

/// A component with a function `f`, exported as this.
#[cfg(feature = "components")]
fn exporting(imports: &str, export: &str) -> String {
    format!(
        r#"(component {imports}
            (core module $m (func (export "f") (result i32) i32.const 0)) (core instance $i (instantiate $m))
            (func $f (result u32) (canon lift (core func $i "f")))
            (instance $out (export "get" (func $f)))
            {export})"#
    )
}

#[test]
#[cfg(feature = "components")]
fn a_component_is_told_what_it_needs_and_what_of_it_is_called() {
    let verdict = |imports: &str, export: &str| {
        let found = look(&exporting(imports, export));
        (found.verdict.fit, found.verdict.reasons.join("\n"))
    };
    let run = r#"(export "wasi:cli/run@0.2.3" (instance $out))"#;
    assert_eq!(verdict(r#"(import "wasi:cli/stdin@0.2.0" (instance))"#, run), (Fit::Runs, String::new()));
    let (fit, why) = verdict(r#"(import "wasi:http/outgoing-handler@0.2.0" (instance))"#, run);
    assert!(fit == Fit::Runs && why.contains("whose job opens the network"), "{why}");
    let (fit, why) = verdict(r#"(import "wasi:logging/logging@0.1.0-draft" (instance))"#, run);
    assert!(fit == Fit::Runs && why.contains("whose job grants a log"), "{why}");
    let (fit, why) = verdict(r#"(import "wasi:logging/logging@0.2.0" (instance))"#, run);
    assert!(fit == Fit::NeedsModules && why.contains("dayfly has version 0.1.0-draft"), "{why}");
    let (fit, why) = verdict(r#"(import "a:b/c@1.0.0" (instance)) (import "f" (func))"#, run);
    assert!(fit == Fit::NeedsModules && why.contains("the instance `a:b/c@1.0.0`"), "{why}");
    assert!(why.contains("the func `f`, which an import module has to provide"), "{why}");
    let (fit, why) = verdict(r#"(import "wasi:cli/stdin@0.1.0" (instance))"#, run);
    assert!(fit == Fit::NeedsModules && why.contains("dayfly has version 0.2.0"), "{why}");
    let (fit, why) = verdict(
        "",
        r#"(export "plain" (func $f)) (export "a:b/c@1.0.0" (instance $out))
           (export "wasi:http/incoming-handler@0.2.0" (instance $out))"#,
    );
    assert!(fit == Fit::Runs && why.contains("--invoke calls its functions: "), "{why}");
    assert!(why.contains("`plain`") && why.contains("`a:b/c@1.0.0#get`") && !why.contains("http"), "{why}");
    let (fit, why) = verdict("", r#"(export "wasi:http/incoming-handler@0.2.0" (instance $out))"#);
    assert!(fit == Fit::Runs && why.contains("`dayfly serve` serves it"), "{why}");
    let (fit, why) = verdict("", "");
    assert!(fit == Fit::DoesNotRun && why.contains("nothing to start"), "{why}");
    #[cfg(feature = "wasi03")]
    {
        let (fit, why) =
            verdict(r#"(import "wasi:cli/stdin@0.3.0" (instance (export "f" (func async))))"#, run);
        assert!(fit == Fit::Runs && why.contains("--wasi03 allows it"), "{why}");
    }
}

#[test]
#[cfg(feature = "components")]
fn a_components_world_is_written_in_wit() {
    let found = look(&exporting(
        r#"(import "wasi:cli/environment@0.2.0" (instance (export "get-arguments" (func (result (list string))))))"#,
        r#"(export "a:b/c@1.0.0" (instance $out))"#,
    ));
    let wit = found.wit.unwrap();
    for line in ["  import wasi:cli/environment@0.2.0;", "  export a:b/c@1.0.0;", "    get: func() -> u32;"] {
        assert!(wit.lines().any(|other| other == line), "{line}\n{wit}");
    }
    assert!(look("(module)").wit.is_none());
}

#[test]
fn a_component_that_is_put_together_says_of_what() {
    let found = look(
        r#"(component
            (import "host" (instance $host (export "f" (func))))
            (alias export $host "f" (func $f))
            (component $shim (import "f" (func)))
            (component $one (core module) (import "f" (func)) (export "g" (func 0)))
            (component $two (core module) (import "one" (instance)) (import "g" (func)) (import "own" (instance)))
            (instance $shim (instantiate $shim (with "f" (func $f))))
            (instance $first (instantiate $one (with "f" (func $f))))
            (instance $made)
            (instance $second (instantiate $two
                (with "one" (instance $first)) (with "g" (func $first "g")) (with "own" (instance $made)))))"#,
    );
    let [one, two] = &found.parts[..] else { panic!("{:?}", found.parts) };
    assert_eq!((one.name.as_str(), two.name.as_str()), ("first", "second"));
    let by: Vec<_> =
        one.given.iter().chain(&two.given).map(|given| (given.name.as_str(), given.by.clone())).collect();
    let import = Giver::Import { import: "host".to_owned() };
    let part = Giver::Part { part: 0 };
    assert_eq!(by, [("f", import), ("one", part.clone()), ("g", part), ("own", Giver::Whole)]);
    // One that is all of it is not put together.
    assert!(look("(component (component (core module)) (instance (instantiate 0)))").parts.is_empty());
}

#[test]
fn types_nested_in_types_take_no_stack() {
    let mut ty = [0x42, 1, 0x01].repeat(60_000);
    ty.extend([0x42, 0]);
    let size = ty.len() + 1;
    let length = [0, 7, 14].map(|shift| u8::try_from(size >> shift & 0x7f).unwrap());
    let length = [length[0] | 0x80, length[1] | 0x80, length[2]];
    let component = [&b"\0asm\x0d\0\x01\0\x07"[..], &length, &[1], &ty].concat();
    let why = refusal(&component).to_string();
    assert!(why.contains("types are nested more than 100 levels deep"), "{why}");
}

#[test]
fn what_is_no_webassembly_says_why_and_where() {
    assert!(matches!(refusal(b""), InspectError::Empty { .. }));
    assert!(matches!(refusal(b"\x7fELF\x02"), InspectError::NotWebAssembly { hint: Some(_), .. }));
    assert!(matches!(refusal(b"Name: x"), InspectError::NotWebAssembly { hint: None, .. }));
    assert!(matches!(refusal(b"\0as"), InspectError::Invalid { offset: 3, .. }));
    assert!(matches!(refusal(b"\0asm\x01\0"), InspectError::Invalid { offset: 6, .. }));
    assert!(matches!(refusal(b"\0asm\x02\0\0\0"), InspectError::Version { version: 2, .. }));
    assert!(matches!(refusal(b"\0asm\x0c\0\x01\0"), InspectError::Invalid { .. }));
    assert!(refusal(b"(module (nonsense))").to_string().contains("m.wasm:1:"));
    assert!(refusal(b"\0asm\x01\0\0\0\x01").to_string().contains("at byte 9, 0x9"));
}

#[test]
fn a_real_module_cut_off_anywhere_is_refused_with_its_place() {
    let whole = real();
    for length in (0..whole.len()).step_by(97) {
        match inspect("cut.wasm", &whole[..length]) {
            // Between two sections a module may end, if those that are missing owe nothing to those that are there.
            Ok(found) => assert_eq!(found.functions.defined, 0, "cut at {length}"),
            Err(InspectError::Invalid { offset, .. }) => {
                assert!(offset <= length, "cut at {length}: {offset}")
            }
            Err(InspectError::Empty { .. }) => assert_eq!(length, 0),
            Err(other) => panic!("cut at {length}: {other}"),
        }
    }
}

#[test]
fn a_real_module_with_flipped_bits_gives_an_answer() {
    let whole = real();
    // A generator that gives the same numbers everywhere (SplitMix64): a failure can be repeated.
    let mut state = 1_u64;
    let mut random = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let mut seen = [0, 0];
    for round in 0..300 {
        let mut bytes = whole.clone();
        // Every other round in the first kilobytes, where the sections are that decide about the rest.
        let reach = if round % 2 == 0 { 2_000 } else { bytes.len() as u64 };
        for _ in 0..=random() % 4 {
            let at = usize::try_from(8 + random() % (reach - 8)).unwrap();
            bytes[at] ^= 1 << (random() % 8);
        }
        match inspect("flipped.wasm", &bytes) {
            Ok(_) => seen[0] += 1,
            Err(InspectError::Invalid { offset, .. }) => {
                assert!(offset <= bytes.len(), "round {round}: {offset}");
                seen[1] += 1;
            }
            Err(other) => panic!("round {round}: {other}"),
        }
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}

#[test]
fn much_to_say_is_bounded() {
    let imports: String =
        (0..MAX_ITEMS + 5).map(|index| format!(r#"(import "m{index}" "f" (func (type 1)))"#)).collect();
    let parameters = "f64 ".repeat(1_000);
    let name = "n".repeat(90_000);
    let text = format!(
        r#"(module (type (func (param {parameters}))) (type (func)) {imports} (func (export "{name}") (type 0)))"#
    );
    let found = look(&text);
    assert_eq!(found.import_count, MAX_ITEMS as u64 + 5);
    assert_eq!(found.imports.iter().map(|group| group.items.len()).sum::<usize>(), MAX_ITEMS);
    assert!(found.exports[0].name.len() <= MAX_NAME + '…'.len_utf8());
    assert!(found.exports[0].ty.len() <= MAX_TYPE + '…'.len_utf8());
    assert!(found.verdict.reasons.len() <= 20);
}
