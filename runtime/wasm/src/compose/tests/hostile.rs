//! Components that no compiler makes.

use super::*;

/// Whatever it says, it says so.
fn is_refused(entry: &[u8], imports: &[ImportModule]) -> String {
    let entry = Module::new("main.wasm", entry);
    let granted = Granted::by(&Egress::none());
    let program = Composer::default().program(&entry, imports, &Inputs::default(), &granted);
    match program.map(|program| match program {
        Found::Component(composed) => composed.binary().map(drop),
        Found::Core(_) => Ok(()),
    }) {
        Err(Ending::Invalid(why)) | Ok(Err(Ending::Invalid(why))) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn bytes_that_are_cut_or_turned_are_no_panic() {
    let entry = Module::new("main.wat", summing(&["a:b/c"]).as_bytes());
    let whole = wat::parse_str(giving("a:b/c", 1)).unwrap();
    let compose = |bytes: &[u8]| {
        let part = ImportModule { module: Module::new("part.wasm", bytes), names: Vec::new() };
        let granted = Granted::by(&Egress::none());
        let program = Composer::default().program(&entry, &[part], &Inputs::default(), &granted);
        matches!(program, Ok(Found::Component(composed)) if composed.binary().is_ok())
    };
    assert!(compose(&whole));
    for end in 8..whole.len() {
        compose(&whole[..end]);
    }
    for at in 8..whole.len() {
        for bits in [0x01, 0x80, 0xff] {
            let mut other = whole.clone();
            other[at] ^= bits;
            compose(&other);
        }
    }
}

#[test]
fn a_version_of_components_that_does_not_exist_is_refused() {
    let why = is_refused(b"\0asm\x0e\0\x01\0", &[]);
    assert!(why.contains("`main.wasm` is a component in the form of version 14"), "{why}");
}

#[test]
fn types_nested_in_types_take_no_stack() {
    let mut ty = [0x42, 1, 0x01].repeat(60_000);
    ty.extend([0x42, 0]);
    let size = u32::try_from(ty.len() + 1).unwrap();
    let length = [size as u8 | 0x80, (size >> 7) as u8 | 0x80, (size >> 14) as u8];
    let component = [&b"\0asm\x0d\0\x01\0\x07"[..], &length, &[1], &ty].concat();
    let why = is_refused(&component, &[]);
    assert!(why.contains("nested more than 100 levels deep"), "{why}");
}

#[test]
fn types_that_say_much_in_few_bytes_are_refused_before_they_are_compared() {
    let doubled: String = (1..19).map(|n| format!("(type $t{n} (tuple $t{} $t{}))", n - 1, n - 1)).collect();
    let functions: String = (0..100).map(|n| format!(r#"(export "f{n}" (func (param "x" $t18)))"#)).collect();
    let interface = format!("(instance (type $t0 (tuple u8)) {doubled} {functions})");
    let entry = format!(r#"(component (import "a:b/c" {interface}))"#);
    let why = why(&entry, &[import("x", &giving("a:b/c", 1))]);
    assert!(why.contains("type size exceeds the limit"), "{why}");
}

#[test]
fn what_is_beyond_what_can_be_encoded_is_an_error() {
    // An instance that has a core module in it, which no interface has.
    let entry = r#"(component
        (import "a:b/c" (instance))
        (import "wasi:cli/stdout@0.2.0" (instance (export "m" (core module)))))"#;
    let part = r#"(component (instance $out) (export "a:b/c" (instance $out)))"#;
    let why = why(entry, &[import("x", part)]);
    assert!(why.contains("the components `x.wat`, `main.wat` can't be put together"), "{why}");
    assert!(why.contains("`main.wat` imports `wasi:cli/stdout@0.2.0` as what no interface is"), "{why}");
}

#[test]
fn more_imports_than_are_read_are_refused() {
    let imports: String = (0..10_001).map(|n| format!(r#"(import "f{n}" (func))"#)).collect();
    let why = is_refused(&wat::parse_str(format!("(component {imports})")).unwrap(), &[]);
    assert!(why.contains("more than 10000 imports"), "{why}");
}

#[test]
fn a_component_that_is_not_valid_is_named() {
    // The type that it exports a function of does not exist.
    let mut part = wat::parse_str(giving("a:b/c", 1)).unwrap();
    let at = part.windows(7).position(|bytes| bytes == b"\x00\x05a:b/c").unwrap();
    part[at + 8] = 77;
    let part = ImportModule { module: Module::new("part.wasm", &part[..]), names: Vec::new() };
    let why = is_refused(summing(&["a:b/c"]).as_bytes(), &[part]);
    assert!(why.contains("`part.wasm` is not a valid WebAssembly component"), "{why}");
}
