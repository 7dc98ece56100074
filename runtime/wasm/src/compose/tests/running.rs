//! What comes of compositions when they run, by wasmtime itself.

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};

use super::*;

/// What the entry component's `go` gives.
fn go(entry: &str, imports: &[ImportModule]) -> u32 {
    go_of(&composed(entry, imports))
}

pub(super) fn go_of(composed: &Composed) -> u32 {
    let binary = composed.binary().unwrap();
    let engine = Engine::default();
    let component = Component::new(&engine, &binary).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &component).unwrap();
    let go = instance.get_typed_func::<(), (u32,)>(&mut store, "go").unwrap();
    go.call(&mut store, ()).unwrap().0
}

#[test]
fn a_chain_is_followed_to_its_end() {
    let imports = [
        import("last", &giving("a:b/three@1.0.0", 40)),
        import("first", &adding_one("a:b/two@1.0.0", "a:b/one@1.0.0")),
        import("middle", &adding_one("a:b/three@1.0.0", "a:b/two@1.0.0")),
    ];
    assert_eq!(go(&summing(&["a:b/one@1.0.0"]), &imports), 42);
}

/// A component that counts how often it was asked.
const COUNTER: &str = r#"(component
    (core module $m
        (global $n (mut i32) (i32.const 0))
        (func (export "get") (result i32)
            (global.set $n (i32.add (global.get $n) (i32.const 1)))
            global.get $n))
    (core instance $i (instantiate $m))
    (func $get (result u32) (canon lift (core func $i "get")))
    (instance $out (export "get" (func $get)))
    (export "a:b/count" (instance $out)))"#;

#[test]
fn both_sides_of_a_diamond_share_what_is_below_them() {
    let imports = [
        import("left", &adding_one("a:b/count", "a:b/left")),
        import("right", &adding_one("a:b/count", "a:b/right")),
        import("counter", COUNTER),
    ];
    // The first is given 1, the second 2, and each adds 1. Were there two counters, it would be 4.
    assert_eq!(go(&summing(&["a:b/left", "a:b/right"]), &imports), 5);
}

#[test]
fn of_two_that_export_the_same_the_first_satisfies_and_the_other_is_told() {
    let imports = [import("one", &giving("a:b/c", 1)), import("two", &giving("a:b/c", 2))];
    let entry = summing(&["a:b/c"]);
    assert_eq!(go(&entry, &imports), 1);
    let warnings = composed(&entry, &imports).warnings;
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].contains("`one.wat` and `two.wat` all export"), "{warnings:?}");
    let [one, two] = imports;
    assert_eq!(go(&entry, &[two, one]), 2);
}

#[test]
fn versions_of_one_track_satisfy_each_other() {
    for (export, import_name) in [
        ("a:b/c@0.2.3", "a:b/c@0.2.1"),
        ("a:b/c@0.2.1", "a:b/c@0.2.3"),
        ("a:b/c@1.4.0", "a:b/c@1.0.0"),
        ("a:b/c@0.0.1", "a:b/c@0.0.1"),
        ("a:b/c@1.0.0-rc.1", "a:b/c@1.0.0-rc.1"),
    ] {
        assert_eq!(go(&summing(&[import_name]), &[import("x", &giving(export, 7))]), 7, "{export}");
    }
}

#[test]
fn of_several_versions_in_one_component_the_very_one_is_taken_and_else_the_highest() {
    let several = r#"(component
        (core module $m (func (export "a") (result i32) i32.const 10) (func (export "b") (result i32) i32.const 9))
        (core instance $i (instantiate $m))
        (func $a (result u32) (canon lift (core func $i "a")))
        (func $b (result u32) (canon lift (core func $i "b")))
        (instance $ia (export "get" (func $a)))
        (instance $ib (export "get" (func $b)))
        (export "a:b/c@1.10.0" (instance $ia))
        (export "a:b/c@1.9.0" (instance $ib)))"#;
    let imports = [import("several", several)];
    assert_eq!(go(&summing(&["a:b/c@1.2.0"]), &imports), 10);
    assert_eq!(go(&summing(&["a:b/c@1.9.0"]), &imports), 9);
    assert_eq!(go(&summing(&["a:b/c@1.9.0", "a:b/c@1.3.0"]), &imports), 19);
}

#[test]
fn plain_functions_and_plain_instances_are_satisfied_too() {
    let entry = r#"(component
        (import "f" (func $f (result u32)))
        (import "lib" (instance $lib (export "g" (func (result u32)))))
        (core func $f' (canon lower (func $f)))
        (core func $g' (canon lower (func $lib "g")))
        (core module $m
            (import "i" "f" (func $f (result i32))) (import "i" "g" (func $g (result i32)))
            (func (export "go") (result i32) (i32.add (call $f) (call $g))))
        (core instance $m (instantiate $m
            (with "i" (instance (export "f" (func $f')) (export "g" (func $g'))))))
        (func (export "go") (result u32) (canon lift (core func $m "go"))))"#;
    let plain = |name: &str, number: u32| {
        format!(
            r#"(component
                (core module $m (func (export "f") (result i32) i32.const {number}))
                (core instance $i (instantiate $m))
                (func (export "{name}") (result u32) (canon lift (core func $i "f"))))"#
        )
    };
    // The whole component of that name is the instance.
    assert_eq!(go(entry, &[import("any", &plain("f", 1)), import("lib", &plain("g", 2))]), 3);
}

/// A component with a resource: `new` makes one that holds a number, and `get` gives it.
const RESOURCE: &str = r#"(component
    (core module $m
        (func (export "new") (param i32) (result i32) local.get 0)
        (func (export "get") (param i32) (result i32) local.get 0))
    (core instance $i (instantiate $m))
    (type $r (resource (rep i32)))
    (core func $make (canon resource.new $r))
    (core module $n
        (import "" "make" (func $make (param i32) (result i32)))
        (func (export "new") (param i32) (result i32) (call $make (local.get 0))))
    (core instance $n (instantiate $n (with "" (instance (export "make" (func $make))))))
    (func $new (param "n" u32) (result (own $r)) (canon lift (core func $n "new")))
    (func $get (param "r" (borrow $r)) (result u32) (canon lift (core func $i "get")))
    (component $shim
        (import "r" (type $r (sub resource)))
        (import "new" (func $new (param "n" u32) (result (own $r))))
        (import "get" (func $get (param "r" (borrow $r)) (result u32)))
        (export $r' "r" (type $r))
        (export "new" (func $new) (func (param "n" u32) (result (own $r'))))
        (export "get" (func $get) (func (param "r" (borrow $r')) (result u32))))
    (instance $out (instantiate $shim
        (with "r" (type $r)) (with "new" (func $new)) (with "get" (func $get))))
    (export "a:b/things@1.0.0" (instance $out)))"#;

/// Imports the interface of things.
const THINGS: &str = r#"(import "a:b/things@1.0.0" (instance $things
        (export "r" (type $r (sub resource)))
        (export "new" (func (param "n" u32) (result (own $r))))
        (export "get" (func (param "r" (borrow $r)) (result u32)))))
    (alias export $things "r" (type $r))"#;

#[test]
fn resources_are_passed_from_one_component_to_another() {
    // It takes things that somebody else made, and gives what they hold.
    let middle = format!(
        r#"(component {THINGS}
            (core func $get (canon lower (func $things "get")))
            (core func $drop (canon resource.drop $r))
            (core module $m
                (import "i" "get" (func $get (param i32) (result i32)))
                (import "i" "drop" (func $drop (param i32)))
                (func (export "take") (param i32) (result i32) (local $n i32)
                    (local.set $n (i32.add (call $get (local.get 0)) (i32.const 1)))
                    (call $drop (local.get 0))
                    local.get $n))
            (core instance $i (instantiate $m (with "i" (instance
                (export "get" (func $get)) (export "drop" (func $drop))))))
            (func $take (param "r" (own $r)) (result u32) (canon lift (core func $i "take")))
            (component $shim
                (import "r" (type $r (sub resource)))
                (import "take" (func $take (param "r" (own $r)) (result u32)))
                (export $r' "r" (type $r))
                (export "take" (func $take) (func (param "r" (own $r')) (result u32))))
            (instance $out (instantiate $shim (with "r" (type $r)) (with "take" (func $take))))
            (export "a:b/taking@1.0.0" (instance $out)))"#
    );
    let entry = format!(
        r#"(component {THINGS}
            (import "a:b/taking@1.0.0" (instance $taking
                (alias outer 1 $r (type $r'))
                (export "r" (type $r (eq $r')))
                (export "take" (func (param "r" (own $r)) (result u32)))))
            (core func $new (canon lower (func $things "new")))
            (core func $take (canon lower (func $taking "take")))
            (core module $m
                (import "i" "new" (func $new (param i32) (result i32)))
                (import "i" "take" (func $take (param i32) (result i32)))
                (func (export "go") (result i32) (call $take (call $new (i32.const 41)))))
            (core instance $m (instantiate $m (with "i" (instance
                (export "new" (func $new)) (export "take" (func $take))))))
            (func (export "go") (result u32) (canon lift (core func $m "go"))))"#
    );
    assert_eq!(go(&entry, &[import("things", RESOURCE), import("middle", &middle)]), 42);
}

#[test]
fn several_stand_in_a_row_that_import_what_they_export() {
    let row = [
        import("one", &adding_one("a:b/c@1.0.0", "a:b/c@1.0.0")),
        import("two", &adding_one("a:b/c@1.0.0", "a:b/c@1.0.0")),
        import("last", &giving("a:b/c@1.0.0", 40)),
    ];
    assert_eq!(go(&summing(&["a:b/c@1.0.0"]), &row), 42);
    // Who only gives may come before.
    let [one, two, last] = row;
    let entry = summing(&["a:b/c@1.0.0", "a:b/d"]);
    let other = import("other", &adding_one("a:b/e", "a:b/d"));
    let wrapper = import("wrapper", &adding_one("a:b/c@1.0.0", "a:b/e"));
    assert_eq!(go(&entry, &[one, two, last, other, wrapper]), 42 + 44);
}

#[test]
fn a_resource_that_has_another_name_is_that_of_who_provides_it() {
    let entry = format!(
        r#"(component {THINGS}
            (import "thing" (type $thing (eq $r)))
            (core func $new (canon lower (func $things "new")))
            (core func $get (canon lower (func $things "get")))
            (core module $m
                (import "i" "new" (func $new (param i32) (result i32)))
                (import "i" "get" (func $get (param i32) (result i32)))
                (func (export "go") (result i32) (call $get (call $new (i32.const 42)))))
            (core instance $m (instantiate $m (with "i" (instance
                (export "new" (func $new)) (export "get" (func $get))))))
            (func (export "go") (result u32) (canon lift (core func $m "go"))))"#
    );
    assert_eq!(go(&entry, &[import("things", RESOURCE)]), 42);
}

/// Its types have names that no other component can give them.
#[test]
fn a_function_of_the_entrys_own_types_stays_with_the_entry() {
    let entry = r#"(component
        (import "a:b/c" (instance $i (export "get" (func (result u32)))))
        (type $rec' (record (field "a" u32)))
        (import "rec" (type $rec (eq $rec')))
        (core func $get (canon lower (func $i "get")))
        (core module $m
            (import "i" "get" (func $get (result i32)))
            (func (export "go") (result i32) call $get) (func (export "take") (param i32)))
        (core instance $m (instantiate $m (with "i" (instance (export "get" (func $get))))))
        (func (export "take") (param "x" (tuple $rec)) (canon lift (core func $m "take")))
        (func (export "go") (result u32) (canon lift (core func $m "go"))))"#;
    assert_eq!(go(entry, &[import("x", &giving("a:b/c", 7))]), 7);
}
