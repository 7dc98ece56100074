use std::sync::atomic::AtomicU32;

use wgpu::naga::back::spv;
use wgpu::naga::proc::{BoundsCheckPolicies, BoundsCheckPolicy};
use wgpu::naga::valid::{Capabilities, ValidationFlags, Validator};

use super::*;
use crate::gpu::Errno;

fn bounds(flag: Option<u32>) -> Bounds {
    Bounds { budget: 1_000, flag, is_shared: false, next: AtomicU32::new(10) }
}

fn prepared(text: &str, bounds: Option<&Bounds>) -> Result<Prepared, Error> {
    prepare(&text.into(), Capabilities::empty(), bounds, true)
}

fn bounded(text: &str, bounds: &Bounds) -> Bounded {
    match prepared(text, Some(bounds)).unwrap() {
        Prepared::Bounded(bounded) => *bounded,
        _ => panic!("it is no shader: {text}"),
    }
}

/// A shader that does this.
fn shader(body: &str) -> String {
    format!(
        "@group(0) @binding(0) var<storage, read_write> data: array<u32>;\n@compute @workgroup_size(1) fn main() {{ {body} }}"
    )
}

/// The lines of those loops of a shader that count; it has to be valid afterwards.
fn counted(text: &str) -> Vec<usize> {
    let bounds = bounds(Some(4));
    let Bounded { module, loops, .. } = bounded(text, &bounds);
    Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module).unwrap();
    (loops.first..).map_while(|number| loops.place(number).map(|place| place.line)).collect()
}

/// How many of the loops of a function's body count.
fn count(body: &str) -> usize {
    counted(&shader(body)).len()
}

#[test]
fn loops_whose_rounds_are_written_do_not_count() {
    assert_eq!(count("for (var i = 0; i < 16; i++) { data[0] += 1u; }"), 0);
    assert_eq!(count("for (var i = 0u; i <= 16u; i += 2u) { data[i] += 1u; }"), 0);
    assert_eq!(count("for (var i = data[0]; i < 16u; i++) { data[0] += 1u; }"), 0);
    assert_eq!(
        count("for (var i = -8; i < 8; i++) { if data[0] == 3u { continue; } if data[1] == 1u { break; } }"),
        0
    );
    assert_eq!(
        count("const N = 4; for (var i = 0; i < N; i++) { for (var j = 0; j < N; j++) { data[0] += 1u; } }"),
        0
    );
    assert_eq!(count("var x = 1u; { for (var i = 0u; i < 4u; i++) { x *= 2u; } } data[0] = x;"), 0);
}

#[test]
fn loops_count_that_are_not_seen_to_end_soon() {
    for body in [
        "loop { data[0] += 1u; }",
        "while true { }",
        "for (var i = 0u; i < data[0]; i++) { }",
        "for (var i = 0; ; i++) { }",
        "for (var i = 0; i < 10; ) { }",
        "for (var i = 0; i < 10; i += 0) { }",
        "for (var i = 0; i < 10; i--) { }",
        "for (var i = 0u; i < 10u; i *= 2u) { }",
        "for (var i = 0; i < 10; i++) { i = 0; }",
        "for (var i = 0; i < 10; i++) { if data[0] == 1u { i -= 1; } }",
        "for (var i = 0; i < 10; i++) { let p = &i; *p = 0; }",
        "for (var i = 0u; i != 10u; i += 3u) { }",
        "var k = 0; for (var i = 0; k < 10; i++) { }",
        "var k = 0; for (var i = 0; i < 10; k++) { }",
        // The sum of the last number and the step does not fit.
        "for (var i = 0u; i <= 4294967295u; i++) { }",
        "for (var i = 0u; i < 4294967295u; i += 3u) { }",
        // From a number on that is not known, which may be less than any.
        "for (var i = i32(data[0]); i < 10; i++) { }",
        "var i = 0; i = i32(data[0]); for (; i < 10; i++) { }",
        // What was read before the loop does not change in it.
        "var i = 0; let n = i; loop { if n < 10 { } else { break; } continuing { i++; } }",
        // Too often.
        "for (var i = 0; i < 1025; i++) { }",
    ] {
        assert_eq!(count(body), 1, "{body}");
    }
}

#[test]
fn loops_in_loops_are_free_as_often_as_they_go_together() {
    let nested = |outer: u32, inner: u32| {
        format!(
            "for (var i = 0; i < {outer}; i++) {{\n for (var j = 0; j < {inner}; j++) {{ data[0] += 1u; }} }}"
        )
    };
    assert_eq!(count(&nested(32, 32)), 0);
    // The outer one counts then.
    assert_eq!(counted(&shader(&nested(32, 33))), [2]);
    assert_eq!(counted(&shader(&nested(2, 2_000))), [3]);
    let called = |outer: u32| {
        format!(
            "fn f() -> u32 {{ var x = 0u; for (var j = 0u; j < 32u; j++) {{ x += j; }} return x; }}\n{}",
            shader(&format!("for (var i = 0; i < {outer}; i++) {{ data[0] += f(); }}"))
        )
    };
    assert_eq!(counted(&called(32)), [0_usize; 0]);
    assert_eq!(counted(&called(33)), [3]);
}

#[test]
fn a_variable_that_a_function_may_change_counts_nothing() {
    let text = "fn f(p: ptr<function, i32>) { *p = 0; }\n";
    assert_eq!(counted(&format!("{text}{}", shader("for (var i = 0; i < 10; i++) { f(&i); }"))), [3]);
}

#[test]
fn each_loop_has_a_number_and_a_place() {
    let bounds = bounds(Some(4));
    let text =
        "fn f() {\n  loop { }\n}\n@compute @workgroup_size(1) fn main() {\n  while true {\n  }\n  f();\n}";
    let Bounded { loops, flagged, .. } = bounded(text, &bounds);
    assert_eq!(loops.place(9), None);
    assert_eq!(loops.place(10), Some(Place { line: 2, text: "loop { }".to_owned() }));
    assert_eq!(loops.place(11), Some(Place { line: 5, text: "while true {".to_owned() }));
    assert_eq!(loops.place(12), None);
    assert_eq!(flagged, ["main"]);
    // Those of another shader follow.
    assert_eq!(bounded(text, &bounds).loops.first, 12);
}

#[test]
fn only_entries_that_reach_a_loop_that_counts_set_the_flag() {
    let text = "fn f() { loop { } }\nfn g() { f(); }\n\
        @compute @workgroup_size(1) fn one() { g(); }\n\
        @compute @workgroup_size(1) fn two() { for (var i = 0; i < 3; i++) { } }";
    assert_eq!(bounded(text, &bounds(Some(4))).flagged, ["one"]);
    // Without a place for a flag the loop is left without one.
    assert_eq!(bounded(text, &bounds(None)).flagged, [""; 0]);
    let text = "@vertex fn v() -> @builtin(position) vec4f { loop { } return vec4f(); }\n\
        @compute @workgroup_size(1) fn main() { }";
    assert_eq!(bounded(text, &bounds(Some(4))).flagged, [""; 0]);
}

/// What goes free within a round is a part of what that takes.
#[test]
fn a_round_takes_what_goes_free_in_it() {
    let body = "loop { for (var i = 0; i < 1000; i++) { data[0] += 1u; } }";
    let Bounded { module, .. } = bounded(&shader(body), &bounds(Some(4)));
    let takes =
        module.entry_points[0].function.expressions.iter().any(|(_, expression)| {
            matches!(expression, naga::Expression::Literal(naga::Literal::U32(1_000)))
        });
    assert!(takes);
}

#[test]
fn long_lines_are_cut() {
    let text = format!("@compute @workgroup_size(1) fn main() {{ loop {{ }} /*{}\u{7}*/ }}", "é".repeat(500));
    let place = bounded(&text, &bounds(None)).loops.place(10).unwrap();
    assert_eq!(place.text.chars().count(), 120);
    assert!(!place.text.contains('\u{7}'));
}

#[test]
fn what_compilers_never_come_through_is_refused() {
    let refused = |text: &str| {
        let error = prepared(text, None).err().unwrap_or_else(|| panic!("it is taken: {text}"));
        assert_eq!(error.errno, Errno::Compile, "{error}");
        error.text
    };
    let doubled = |first: &str| {
        let all =
            (1..=14).map(|n| format!("fn f{n}(x: u32) -> u32 {{ return f{}(x) + f{}(x); }}\n", n - 1, n - 1));
        format!("{first}{}{}", all.collect::<String>(), shader("data[0] = f14(data[1]);"))
    };
    // Each has what is much in another way.
    let cases: String = (0..5_000).map(|n| format!("{n},")).collect();
    let switch = format!(
        "fn f0(x: u32) -> u32 {{ switch x {{ case {cases} : {{ return 1u; }} default: {{ return 2u; }} }} }}\n"
    );
    assert!(refused(&doubled(&switch)).contains("`main`"));
    let list = "x,".repeat(5_000);
    let composed = format!("fn f0(x: u32) -> u32 {{ return array<u32, 5000>({list})[x]; }}\n");
    assert!(refused(&doubled(&composed)).contains("`main`"));
    let loaded = "fn f0(x: u32) -> u32 { var a: array<u32, 5000>; a[x] = 1u; let b = a; return b[x]; }\n";
    assert!(refused(&doubled(loaded)).contains("`main`"));
    let large = shader("var a: array<f32, 2097152>; a[data[0]] = 1.0; var c = a; data[1] = u32(c[data[1]]);");
    assert!(refused(&large).contains("numbers"));
    let private =
        format!("var<private> p: array<u32, 20000>;\n{}", shader("p[data[0]] = 1u; data[1] = p[data[2]];"));
    assert!(refused(&private).contains("numbers"));
    let structures =
        (1..27).map(|n| format!("struct S{n} {{ a: S{}, b: S{} }}\n", n - 1, n - 1)).collect::<String>();
    assert!(
        refused(&format!("struct S0 {{ a: u32, b: u32 }}\n{structures}{}", shader(""))).contains("parts")
    );
    let many: String = (0..1_200).map(|n| format!("struct T{n} {{ a: S12 }}\n")).collect();
    let structures =
        (1..13).map(|n| format!("struct S{n} {{ a: S{}, b: S{} }}\n", n - 1, n - 1)).collect::<String>();
    assert!(
        refused(&format!("struct S0 {{ a: u32, b: u32 }}\n{structures}{many}{}", shader("")))
            .contains("parts")
    );
}

#[test]
fn what_is_no_shader_is_left_to_the_compiler() {
    assert!(matches!(prepared("fn", Some(&bounds(None))).unwrap(), Prepared::Broken));
}

#[test]
fn groups_of_the_host_are_nobodys() {
    let text = "@group(4) @binding(0) var<storage, read_write> data: array<u32>;\n\
        @compute @workgroup_size(1) fn main() { data[0] = 1u; }";
    let error = prepared(text, Some(&bounds(Some(4)))).err().unwrap();
    assert_eq!((error.errno, error.text.contains("group 4")), (Errno::Validation, true), "{error}");
    assert!(prepared(text, Some(&bounds(Some(5)))).is_ok());
}

/// Where guests may have the flag's group, it is theirs in the shaders that bind it.
#[test]
fn a_shared_group_is_whoses_shader_binds_it() {
    let shared = Bounds { is_shared: true, ..bounds(Some(3)) };
    let text = |group: u32| {
        format!(
            "@group({group}) @binding(0) var<storage, read_write> data: array<u32>;\n\
             @compute @workgroup_size(1) fn main() {{ loop {{ data[0] += 1u; }} }}"
        )
    };
    assert_eq!(bounded(&text(2), &shared).flagged, ["main"]);
    assert_eq!(bounded(&text(3), &shared).flagged, [""; 0]);
    let without = prepare(&text(2).into(), Capabilities::empty(), Some(&shared), false).unwrap();
    let Prepared::Bounded(without) = without else { panic!("it is a shader") };
    assert_eq!((without.flagged.len(), without.loops.starts.len()), (0, 1));
}

#[test]
fn workgroups_are_no_larger_than_the_device_has_them() {
    let limits = wgpu::Limits::defaults();
    let check = |text: &str, constants: &[(&str, f64)]| {
        let constants: Vec<_> = constants.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        check_workgroups(text, Capabilities::empty(), None, &constants, &limits)
    };
    let memory = |text: &str| workgroups::memory(&wgsl::parse_str(text).unwrap());
    let sized = "override n: u32 = 64u; @compute @workgroup_size(n) fn main() {}";
    assert_eq!(memory(sized), None);
    check(sized, &[]).unwrap();
    check(sized, &[("n", 256.0)]).unwrap();
    assert!(check(sized, &[("n", 257.0)]).unwrap_err().text.contains("257 times 1 times 1"));
    let product = "override n: u32 = 64u; @compute @workgroup_size(n, 5) fn main() {}";
    assert!(check(product, &[]).unwrap_err().text.contains("320 invocations"));
    // Only what the entry point uses counts, in pieces of 16 bytes.
    let arrays = "var<workgroup> a: array<u32, 4094>; var<workgroup> b: u32; var<workgroup> c: array<u32, 9000>;\n\
        fn f() { b = 1u; } @compute @workgroup_size(1) fn main() { a[0] = 1u; f(); }";
    assert_eq!(memory(arrays), Some(16_384 + 16 + 36_000));
    assert!(check(arrays, &[]).unwrap_err().text.contains("16400 bytes of memory"));
    check(&arrays.replace("4094", "4092"), &[]).unwrap();
    let open = "override n: u32 = 4u; var<workgroup> a: array<u32, n>;\n\
        @compute @workgroup_size(1) fn main() { a[0] = 1u; }";
    assert_eq!(memory(open), None);
    check(open, &[("n", 4096.0)]).unwrap();
    assert!(check(open, &[("n", 4097.0)]).unwrap_err().text.contains("16400 bytes"));
}

/// Each function calls the one before twice.
#[test]
fn functions_that_call_others_again_and_again_are_refused() {
    let mut text = "fn f0() -> u32 { return 1u; }\n".to_owned();
    for n in 1..=40 {
        text += &format!("fn f{n}() -> u32 {{ return f{}() + f{}(); }}\n", n - 1, n - 1);
    }
    text += &shader("data[0] = f40();");
    let error = prepared(&text, None).err().unwrap();
    assert_eq!((error.errno, error.text.contains("`main`")), (Errno::Compile, true), "{error}");
}

/// The instructions of a shader's functions, as a driver gets them.
fn instructions(module: &naga::Module, bounding: bool) -> usize {
    let info = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(module).unwrap();
    let options = spv::Options {
        force_loop_bounding: bounding,
        bounds_check_policies: BoundsCheckPolicies {
            index: BoundsCheckPolicy::Restrict,
            ..Default::default()
        },
        ..Default::default()
    };
    let words = spv::write_vec(module, &info, &options, None).unwrap();
    const FUNCTION: u32 = 54;
    let (mut at, mut all) = (5, Vec::new());
    while let Some(word) = words.get(at) {
        at += (word >> 16) as usize;
        all.push(word & 0xffff);
    }
    all.into_iter().skip_while(|&instruction| instruction != FUNCTION).count()
}

/// The budget takes the place of the counters that wgpu has of its own, and takes no more than they do.
#[test]
fn counting_takes_no_more_than_what_it_replaces() {
    let kernels = [
        (
            "matmul",
            "for (var t = 0u; t < data[0]; t++) { for (var k = 0u; k < 16u; k++) { data[1] += data[k] * data[t]; } }",
        ),
        ("bodies", "for (var i = 0u; i < data[0]; i++) { data[1] += data[i]; }"),
    ];
    for (name, body) in kernels {
        let text = shader(body);
        let plain = wgsl::parse_str(&text).unwrap();
        let bare = instructions(&plain, false);
        let wgpus = instructions(&plain, true);
        let ours = instructions(&bounded(&text, &bounds(Some(4))).module, false);
        println!("{name}: {bare} instructions, {wgpus} with wgpu's counters, {ours} with a budget");
        assert!(bare < ours && ours <= wgpus, "{name}: {bare}, {wgpus}, {ours}");
    }
}
