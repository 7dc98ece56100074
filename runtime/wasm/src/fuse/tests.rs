use wasmparser::{Instance, Parser, Payload};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, Store};

use super::fused;

/// A component as `wit-component` makes them: a table for what needs a memory, the program, an adapter that shares its
/// memory, and what fills the table. `run` gives a number to which all of them have contributed.
const LAYERED: &str = r#"
(component
  (import "double" (func $double (param "n" u32) (result u32)))
  (import "length" (func $length (param "text" string) (result u32)))
  (core module $program
    (type $unused (func (param i64)))
    (type $number (func (param i32) (result i32)))
    (import "host" "double" (func $double (type $number)))
    (import "host" "length" (func $length (param i32 i32) (result i32)))
    (import "preview" "seven" (func $seven (result i32)))
    (table 3 funcref)
    (memory (export "memory") 1)
    (global $base (mut i32) (i32.const 100))
    (global $added (export "added") i32 (i32.const 5))
    (func $one (type $number) (i32.add (local.get 0) (i32.const 1)))
    (func (export "run") (result i32)
      ;; (100 + 1) * 2 + 5 letters + 7 from the adapter, which also writes 40 to memory
      (i32.add
        (i32.add
          (call $double (call_indirect (type $number) (global.get $base) (i32.const 2)))
          (call $length (i32.const 16) (i32.const 5)))
        (i32.add (call $seven) (i32.load (i32.const 64)))))
    (elem (i32.const 2) $one)
    (data (i32.const 16) "hello"))
  (core module $adapter
    (type $result (func (result i32)))
    (import "env" "memory" (memory 0))
    (import "main" "added" (global $added i32))
    (import "host" "double" (func $double (param i32) (result i32)))
    (table 2 funcref)
    (global $mine (mut i32) (i32.const 1))
    (func $two (type $result) (i32.const 2))
    (func (export "seven") (result i32)
      (i32.store (i32.const 64) (call $double (i32.const 20)))
      (global.set $mine (i32.add (global.get $mine) (i32.const 0)))
      (i32.add (call_indirect 1 (type $result) (i32.const 1)) (global.get $added)))
    (table $second 2 funcref)
    (elem (table $second) (i32.const 1) func $two)
    (data (i32.const 80) "the adapter's"))
  (core module $shim
    (type $length (func (param i32 i32) (result i32)))
    (type $seven (func (result i32)))
    (table (export "imports") 2 2 funcref)
    (func (export "0") (type $length)
      (call_indirect (type $length) (local.get 0) (local.get 1) (i32.const 0)))
    (func (export "1") (type $seven) (call_indirect (type $seven) (i32.const 1))))
  (core module $fixup
    (import "" "imports" (table 2 2 funcref))
    (import "" "0" (func (param i32 i32) (result i32)))
    (import "" "1" (func (result i32)))
    (elem (i32.const 0) func 0 1))
  (core instance $shim (instantiate $shim))
  (core func $lowered_double (canon lower (func $double)))
  (alias core export $shim "0" (core func $indirect_length))
  (core instance $host (export "double" (func $lowered_double)) (export "length" (func $indirect_length)))
  (alias core export $shim "1" (core func $indirect_seven))
  (core instance $preview (export "seven" (func $indirect_seven)))
  (core instance $program (instantiate $program (with "host" (instance $host)) (with "preview" (instance $preview))))
  (alias core export $program "memory" (core memory $memory))
  (core instance $env (export "memory" (memory $memory)))
  (core instance $adapter (instantiate $adapter
    (with "env" (instance $env)) (with "main" (instance $program)) (with "host" (instance $host))))
  (core func $lowered_length (canon lower (func $length) (memory $memory)))
  (alias core export $shim "imports" (core table $imports))
  (alias core export $adapter "seven" (core func $seven))
  (core instance $filled (export "imports" (table $imports)) (export "0" (func $lowered_length)) (export "1" (func $seven)))
  (core instance (instantiate $fixup (with "" (instance $filled))))
  (alias core export $program "run" (core func $run))
  (func (export "run") (result u32) (canon lift (core func $run))))
"#;

fn binary(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

/// How many core instances are made of modules, in all of the component.
fn instances(component: &[u8]) -> usize {
    let sections = Parser::new(0).parse_all(component).filter_map(|payload| match payload.unwrap() {
        Payload::InstanceSection(section) => {
            Some(section.into_iter().map(Result::unwrap).collect::<Vec<_>>())
        }
        _ => None,
    });
    sections.flatten().filter(|instance| matches!(instance, Instance::Instantiate { .. })).count()
}

fn run(component: &[u8]) -> wasmtime::Result<u32> {
    let engine = Engine::new(&Config::new())?;
    let component = Component::from_binary(&engine, component)?;
    let mut linker = Linker::<()>::new(&engine);
    linker.root().func_wrap("double", |_, (n,): (u32,)| Ok((n * 2,)))?;
    linker.root().func_wrap("length", |_, (text,): (String,)| Ok((u32::try_from(text.len())?,)))?;
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component)?;
    let run = instance.get_typed_func::<(), (u32,)>(&mut store, "run")?;
    Ok(run.call(&mut store, ())?.0)
}

#[test]
fn what_is_linked_computes_the_same() {
    let component = binary(LAYERED);
    let fused = fused(&component).unwrap();
    assert_eq!([instances(&component), instances(&fused)], [4, 2]);
    assert_eq!([run(&component).unwrap(), run(&fused).unwrap()], [202 + 5 + 7 + 40; 2]);
}

#[test]
fn components_inside_are_linked_by_themselves() {
    let inner = LAYERED.trim().strip_prefix("(component").unwrap();
    let text = format!(
        r#"(component
          (import "double" (func $double (param "n" u32) (result u32)))
          (import "length" (func $length (param "text" string) (result u32)))
          (component $inner {inner}
          (instance $made (instantiate $inner (with "double" (func $double)) (with "length" (func $length))))
          (export "run" (func $made "run")))"#
    );
    let component = binary(&text);
    let fused = fused(&component).unwrap();
    assert_eq!([instances(&component), instances(&fused)], [4, 2]);
    assert_eq!(run(&fused).unwrap(), run(&component).unwrap());
}

/// Two modules of which the second one uses what the first one exports, and what stands between their instances.
fn two(first: &str, between: &str, second: &str) -> Vec<u8> {
    binary(&format!(
        r#"(component
          (import "double" (func $double (param "n" u32) (result u32)))
          (import "length" (func $length (param "text" string) (result u32)))
          (core module $first {first})
          (core module $second {second})
          (core instance $one (instantiate $first))
          {between}
          (core instance $two (instantiate $second (with "one" (instance $one))))
          (func (export "run") (result u32) (canon lift (core func $two "run"))))"#
    ))
}

const MEMORY: &str = r#"(memory (export "memory") 1) (global (export "seven") i32 (i32.const 7))"#;
const READS: &str = r#"
    (import "one" "memory" (memory 1)) (import "one" "seven" (global $seven i32)) (global $copy i32 (global.get $seven))
    (func $set (i32.store (i32.const 0) (i32.const 30)))
    (func (export "run") (result i32) (i32.add (i32.load (i32.const 0)) (global.get $copy)))"#;

#[test]
fn the_last_one_may_have_a_start_function() {
    let component = two(MEMORY, "", &format!("{READS} (start $set)"));
    let fused = fused(&component).unwrap();
    assert_eq!(instances(&fused), 1);
    assert_eq!([run(&component).unwrap(), run(&fused).unwrap()], [37; 2]);
}

#[test]
fn one_before_the_last_may_not() {
    let first = format!("{MEMORY} (func $start (i32.store (i32.const 0) (i32.const 9))) (start $start)");
    let component = two(&first, "", &format!(r#"{READS} (data (i32.const 0) "\01")"#));
    assert_eq!(run(&component).unwrap(), 8);
    assert!(fused(&component).is_none());
}

#[test]
fn what_comes_between_keeps_them_apart() {
    let between = r#"
        (core func $length (canon lower (func $length) (memory $one "memory")))
        (core instance $needed (export "length" (func $length)))"#;
    let component = binary(&format!(
        r#"(component
          (import "double" (func $double (param "n" u32) (result u32)))
          (import "length" (func $length (param "text" string) (result u32)))
          (core module $first {MEMORY})
          (core module $second
            (import "host" "length" (func $length (param i32 i32) (result i32)))
            (func (export "run") (result i32) (call $length (i32.const 0) (i32.const 3))))
          (core instance $one (instantiate $first))
          {between}
          (core instance $two (instantiate $second (with "host" (instance $needed))))
          (func (export "run") (result u32) (canon lift (core func $two "run"))))"#
    ));
    assert_eq!(run(&component).unwrap(), 3);
    assert!(fused(&component).is_none());
}

#[test]
fn what_does_not_fit_together_is_not_made_to_fit() {
    let text = r#"(component
        (core module $first (func (export "f") (param i32)))
        (core module $second (import "one" "f" (func (param i64))))
        (core instance $one (instantiate $first))
        (core instance $two (instantiate $second (with "one" (instance $one)))))"#;
    assert!(fused(&binary(text)).is_none());
}

#[test]
fn modules_that_go_elsewhere_stay_as_they_are() {
    let text = r#"(component
        (core module $first (func (export "f")))
        (core module $second (import "one" "f" (func)))
        (core instance $one (instantiate $first))
        (core instance $two (instantiate $second (with "one" (instance $one))))
        (export "module" (core module $first)))"#;
    assert!(fused(&binary(text)).is_none());
}

#[test]
fn a_module_is_linked_once_at_the_most() {
    let text = r#"(component
        (core module $zero (func (export "zero") (result i32) (i32.const 0)))
        (core module $more (import "zero" "zero" (func $zero (result i32)))
          (func (export "six") (result i32) (i32.add (call $zero) (i32.const 6))))
        (core module $first (import "more" "six" (func $six (result i32)))
          (global $n (mut i32) (i32.const 3)) (func (export "next") (result i32)
          (global.set $n (i32.add (global.get $n) (i32.const 1))) (i32.add (global.get $n) (call $six))))
        (core module $second (import "one" "next" (func $next (result i32)))
          (func (export "run") (result i32) (i32.mul (call $next) (call $next))))
        (core instance $zero (instantiate $zero))
        (core instance $more (instantiate $more (with "zero" (instance $zero))))
        (core instance $one (instantiate $first (with "more" (instance $more))))
        (core instance $two (instantiate $second (with "one" (instance $one))))
        (core instance $three (instantiate $first (with "more" (instance $more))))
        (core instance $four (instantiate $second (with "one" (instance $three))))
        (func (export "again") (result u32) (canon lift (core func $four "run")))
        (func (export "run") (result u32) (canon lift (core func $two "run"))))"#;
    let component = binary(text);
    let fused = fused(&component).unwrap();
    // The first two are one; the modules of the others would be there twice.
    assert_eq!([instances(&component), instances(&fused)], [6, 5]);
    assert!(fused.len() < component.len() + 200);
    assert_eq!([run(&component).unwrap(), run(&fused).unwrap()], [10 * 11; 2]);
}

#[test]
fn destructors_are_still_those_that_were_meant() {
    let text = r#"(component
        (core module $first
          (global $dropped (mut i32) (i32.const 0))
          (func (export "wrong") (param i32) unreachable)
          (func (export "right") (param i32) (global.set $dropped (local.get 0)))
          (func (export "dropped") (result i32) (global.get $dropped)))
        (core module $second (import "one" "wrong" (func (param i32))))
        (core instance $one (instantiate $first))
        (core instance (instantiate $second (with "one" (instance $one))))
        (alias core export $one "wrong" (core func $wrong))
        (alias core export $one "right" (core func $right))
        (func (export "first-of-all") (param "n" u32) (canon lift (core func $right)))
        (func (export "and-then") (param "n" u32) (canon lift (core func $wrong)))
        (type $thing (resource (rep i32) (dtor (func $right))))
        (core func $new (canon resource.new $thing))
        (core func $drop (canon resource.drop $thing))
        (core module $third
          (import "" "new" (func $new (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
          (import "" "dropped" (func $dropped (result i32)))
          (func (export "run") (result i32) (call $drop (call $new (i32.const 77))) (call $dropped)))
        (core instance $third (instantiate $third (with "" (instance
          (export "new" (func $new)) (export "drop" (func $drop)) (export "dropped" (func $one "dropped"))))))
        (func (export "run") (result u32) (canon lift (core func $third "run"))))"#;
    let component = binary(text);
    let fused = fused(&component).unwrap();
    assert_eq!([instances(&component), instances(&fused)], [3, 2]);
    assert_eq!([run(&component).unwrap(), run(&fused).unwrap()], [77; 2]);
}

#[test]
fn what_is_done_between_is_done_between() {
    // The first one fails, and nobody is to hear of the instance after it.
    let text = r#"(component
        (import "double" (func $double (param "n" u32) (result u32)))
        (core module $fails (memory 1) (data (i32.const 70000) "far away") (func (export "f")))
        (core module $needs (import "one" "f" (func)))
        (component $tells
          (import "double" (func $double (param "n" u32) (result u32)))
          (core func $lowered (canon lower (func $double)))
          (core module $m (import "" "double" (func $double (param i32) (result i32)))
            (func $start (drop (call $double (i32.const 1)))) (start $start))
          (core instance (instantiate $m (with "" (instance (export "double" (func $lowered)))))))
        (core instance $one (instantiate $fails))
        (instance (instantiate $tells (with "double" (func $double))))
        (core instance (instantiate $needs (with "one" (instance $one)))))"#;
    assert!(fused(&binary(text)).is_none());
}

#[test]
fn a_whole_instance_is_given_to_those_that_stay() {
    let text = r#"(component
        (core module $first (memory (export "memory") 1) (func (export "two") (result i32) (i32.const 2)))
        (core module $second (import "one" "memory" (memory 1)) (import "one" "two" (func $two (result i32)))
          (func (export "four") (result i32) (i32.mul (call $two) (call $two))) (start $start) (func $start))
        (core module $third (import "a" "two" (func $a (result i32))) (import "b" "two" (func $b (result i32)))
          (import "c" "four" (func $c (result i32)))
          (func (export "run") (result i32) (i32.add (call $a) (i32.add (call $b) (call $c)))))
        (core instance $one (instantiate $first))
        (core instance $two (instantiate $second (with "one" (instance $one))))
        (core instance $three (instantiate $third
          (with "a" (instance $one)) (with "b" (instance $one)) (with "c" (instance $two))))
        (func (export "run") (result u32) (canon lift (core func $three "run"))))"#;
    let component = binary(text);
    let fused = fused(&component).unwrap();
    // The second one has a start function, and so is the last that is linked.
    assert_eq!([instances(&component), instances(&fused)], [3, 2]);
    assert_eq!([run(&component).unwrap(), run(&fused).unwrap()], [8; 2]);
}

/// What takes its time, or a thread's stack, only where it is looked at again and again.
#[test]
fn hostile_components_are_given_up_on() {
    let many = |level: String| {
        let more = "(core instance (instantiate $k)) ".repeat(900);
        format!(
            r#"(component {level} (core module $m (func (export "f"))) (core module $k) (core instance $0 (instantiate $m))
              (alias core export $0 "f" (core func $f)) (func (canon lift (core func $f))) {more})"#
        )
    };
    let levels = (0..6).fold(String::new(), |level, _| many(level));
    assert!(fused(&binary(&levels)).is_none());
    // The header of a component around a section that is one.
    let mut deep = binary("(component (core module) (core module))");
    while deep.len() < 200_000 {
        let mut around = b"\0asm\x0d\0\x01\0\x04".to_vec();
        let mut length = deep.len();
        while length >= 0x80 {
            around.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
            length >>= 7;
        }
        around.push(u8::try_from(length).unwrap());
        around.append(&mut deep);
        deep = around;
    }
    assert!(fused(&deep).is_none());
    // The same instance for each of many arguments.
    let exports: String = (0..2000).map(|n| format!(r#"(func (export "f{n}")) "#)).collect();
    let given: String = (0..2000).map(|n| format!(r#"(with "a{n}" (instance $0)) "#)).collect();
    let text = format!(
        r#"(component (core module $m {exports}) (core module $k (import "m" "f0" (func)) (func (export "g"))) (core module $l)
          (core instance $0 (instantiate $m)) (core instance $1 (instantiate $k (with "m" (instance $0))))
          (func (canon lift (core func $1 "g"))) (core instance (instantiate $l {given})))"#
    );
    assert!(fused(&binary(&text)).unwrap().len() < 4 * text.len());
}

#[test]
fn what_is_not_valid_is_left_to_the_compiler() {
    let mut component = binary(LAYERED);
    component.truncate(component.len() - 3);
    assert!(fused(&component).is_none());
    assert!(fused(b"").is_none());
}

#[test]
fn functions_keep_their_names() {
    let fused = fused(&binary(LAYERED)).unwrap();
    let engine = Engine::new(&Config::new()).unwrap();
    assert!(Component::from_binary(&engine, &fused).is_ok());
    let names = |name: &str| fused.windows(name.len()).filter(|bytes| *bytes == name.as_bytes()).count();
    // The program names the whole, and each function has the name that it had, or its number.
    assert_eq!([names("program"), names("adapter"), names("\x03two"), names("\x03one")], [1, 1, 1, 1]);
    assert!(names("function 4") > 0);
}
