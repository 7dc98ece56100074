//! What is said of components that can't be put together.

use super::*;

#[test]
fn an_import_that_nobody_satisfies_says_all_there_is_to_know() {
    let imports = [
        import("near", &giving("docs:adder/add@0.1.0", 1)),
        import("other", &giving("docs:adder/ad@0.2.0", 1)),
        import("nothing", "(component)"),
    ];
    let why = why(&summing(&["docs:adder/add@0.2.0"]), &imports);
    for part in [
        "nothing provides the interface `docs:adder/add@0.2.0`, which `main.wat` imports",
        "`near.wat` exports `docs:adder/add@0.1.0`, which is not compatible",
        "there is `docs:adder/ad@0.2.0`",
        "`near.wat` (it exports `docs:adder/add@0.1.0`)",
        "`nothing.wat` (it exports nothing)",
        "no inputs",
        "`ImportModules`",
    ] {
        assert!(why.contains(part), "{part}: {why}");
    }
    // Who needs it may be another one than the entry.
    let imports = [import("middle", &adding_one("a:b/gone", "a:b/c"))];
    let why = super::why(&summing(&["a:b/c"]), &imports);
    assert!(why.contains("`a:b/gone`, which `middle.wat` imports"), "{why}");
}

#[test]
fn versions_that_do_not_fit_are_told() {
    let missing =
        |import_name: &str, export: &str| why(&summing(&[import_name]), &[import("x", &giving(export, 1))]);
    for (wanted, given) in [
        ("a:b/c@1.0.0", "a:b/c@2.0.0"),
        ("a:b/c@0.2.0", "a:b/c@0.3.0"),
        ("a:b/c@0.0.1", "a:b/c@0.0.2"),
        ("a:b/c@1.0.0", "a:b/c@1.0.0-rc.1"),
        ("a:b/c", "a:b/c@1.0.0"),
    ] {
        let why = missing(wanted, given);
        assert!(why.contains(&format!("`x.wat` exports `{given}`, which is not compatible")), "{why}");
    }
    let old = why(r#"(component (import "wasi:cli/stdout@0.2.0-rc-2023-11-10" (instance)))"#, &[]);
    assert!(old.contains("dayfly has `wasi:cli/stdout@0.2.0`"), "{old}");
}

#[test]
fn a_component_that_imports_itself_says_so() {
    let why = why(&summing(&["a:b/c"]), &[import("x", &adding_one("a:b/c", "a:b/c"))]);
    assert!(
        why.contains("`x.wat` exports it itself, and a component can't be instantiated before itself"),
        "{why}"
    );
}

#[test]
fn circles_are_named_with_their_way() {
    let imports = [
        import("x", &adding_one("a:b/y", "a:b/x")),
        import("y", &adding_one("a:b/z", "a:b/y")),
        import("z", &adding_one("a:b/x", "a:b/z")),
    ];
    let why = why(&summing(&["a:b/x"]), &imports);
    assert!(why.contains("3 components import each other in a circle"), "{why}");
    assert!(why.contains("`x.wat` → `y.wat` → `z.wat` → `x.wat`"), "{why}");
    assert!(why.contains("the import of the interface `a:b/x` closes"), "{why}");
    let long: Vec<_> = (0..100)
        .map(|n| {
            import(&format!("m{n}"), &adding_one(&format!("a:b/m{}", (n + 1) % 100), &format!("a:b/m{n}")))
        })
        .collect();
    let why = super::why(&summing(&["a:b/m0"]), &long);
    assert!(why.contains("100 components") && why.contains("88 more"), "{why}");
}

#[test]
fn core_modules_among_components_are_told_apart() {
    let core = r#"(module (func (export "_start")))"#;
    let why_of = |entry: &str, imports: &[ImportModule]| why(entry, imports);
    let why = why_of(&summing(&["a:b/c"]), &[import("core", core)]);
    assert!(why.contains("`main.wat` is a component and `core.wat` is a core module"), "{why}");
    assert!(why.contains("wasm-tools component new"), "{why}");
    let why = why_of(core, &[import("part", &giving("a:b/c", 1))]);
    assert!(why.contains("`part.wat` is a component and `main.wat` is a core module"), "{why}");
    // One that is found among the inputs is the same.
    let inputs = Inputs(HashMap::from([("a:b/c", core.to_owned())]));
    match program(&summing(&["a:b/c"]), &[], &inputs) {
        Err(Ending::Invalid(why)) => assert!(why.contains("`a:b/c.wat` is a core module"), "{why}"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(program(core, &[import("lib", "(module)")], &Inputs::default()), Ok(Found::Core(_))));
}

#[test]
fn a_mismatch_gives_both_types_in_the_words_of_wit() {
    let other = |ty: &str| {
        format!(
            r#"(component
                (import "wasi:cli/stdout@0.2.0" (instance))
                (core module $m (memory (export "m") 1) (func (export "get") (param i32 i32) (result i32) unreachable)
                    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
                (core instance $i (instantiate $m))
                (func $get {ty} (canon lift (core func $i "get") (memory $i "m") (realloc (func $i "realloc"))))
                (instance $out (export "get" (func $get)))
                (export "a:b/c" (instance $out)))"#
        )
    };
    let entry = summing(&["a:b/c"]);
    let why = why(&entry, &[import("x", &other(r#"(param "from" (list string)) (result (option u8))"#))]);
    // The result of two values is returned by a pointer, as it is here.
    assert!(
        why.contains(
            "incompatible import type: `main.wat` imports the interface `a:b/c` with `get: func() -> u32`, and `x.wat` \
             has `get: func(from: list<string>) -> option<u8>`"
        ),
        "{why}"
    );
    let empty = r#"(component (instance $out) (export "a:b/c" (instance $out)))"#;
    let why = super::why(&entry, &[import("x", empty)]);
    assert!(why.contains("with `get: func() -> u32`, and `x.wat` has no `get` in it"), "{why}");
    let function = r#"(component
        (core module $m (func (export "f"))) (core instance $i (instantiate $m))
        (func (export "f") (canon lift (core func $i "f"))))"#;
    let why = super::why(r#"(component (import "f" (func (param "x" u8))))"#, &[import("x", function)]);
    assert!(why.contains("imports the func `f` with `f: func(x: u8)`, and `x.wat` has `f: func()`"), "{why}");
    let why = super::why(r#"(component (import "f" (instance)))"#, &[import("x", function)]);
    assert!(why.contains("with `f: interface { }`, and `x.wat` has `f: func()`"), "{why}");
}

#[test]
fn a_guest_without_a_network_is_told_why_there_are_no_requests() {
    let why = why(r#"(component (import "wasi:http/outgoing-handler@0.2.0" (instance)))"#, &[]);
    let denied = Egress::none().closed();
    assert!(
        why.starts_with("`main.wat` imports the interface `wasi:http/outgoing-handler@0.2.0`, and "),
        "{why}"
    );
    assert!(why.ends_with(&format!("{}; {}", denied.what, denied.remedy.unwrap())), "{why}");
}

#[test]
fn an_input_of_that_name_has_to_export_it() {
    let inputs = Inputs(HashMap::from([("a:b/c", giving("a:b/d", 1))]));
    match program(&summing(&["a:b/c@1.0.0"]), &[], &inputs) {
        Err(Ending::Invalid(why)) => {
            assert!(why.contains("`a:b/c.wat`, which is found by that name"), "{why}");
            assert!(why.contains("does not export it: it exports `a:b/d`"), "{why}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn long_names_are_cut() {
    let long = format!("a:b/{}", "x".repeat(50_000));
    let why = why(&summing(&[&long]), &[import("x", &giving(&format!("{long}y"), 1))]);
    assert!(why.len() < 2_000, "{}", why.len());
}
