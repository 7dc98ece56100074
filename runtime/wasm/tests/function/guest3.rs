//! Guests in text form, as components of WASI 0.3 that answer requests, several at a time.

use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Functions for guests: `$answer` answers with a status and what lies at 1,000, six bytes of it; what it gives is what the
/// guest is to return. `$wait` waits so many nanoseconds, and has `$later` called then.
/// From `$close-door` to `$open-door` the instance takes no requests. Memory from 0 to 1,000 is theirs.
const PRELUDE: &str = r#"
  (import "wasi:http/types@0.3.0" "[constructor]fields" (func $fields (result i32)))
  (import "wasi:http/types@0.3.0" "[static]response.new" (func $response (param i32 i32 i32 i32 i32)))
  (import "wasi:http/types@0.3.0" "[method]response.set-status-code" (func $status (param i32 i32) (result i32)))
  (import "wasi:http/types@0.3.0" "[resource-drop]request" (func $drop-request (param i32)))
  (import "wasi:http/types@0.3.0" "[stream-new-0][static]response.new" (func $stream (result i64)))
  (import "wasi:http/types@0.3.0" "[async-lower][stream-write-0][static]response.new"
    (func $write (param i32 i32 i32) (result i32)))
  (import "wasi:http/types@0.3.0" "[stream-drop-writable-0][static]response.new" (func $close (param i32)))
  (import "wasi:http/types@0.3.0" "[future-new-1][static]response.new" (func $trailers (result i64)))
  (import "wasi:http/types@0.3.0" "[async-lower][future-write-1][static]response.new"
    (func $no-trailers (param i32 i32) (result i32)))
  (import "wasi:clocks/monotonic-clock@0.3.0" "[async-lower]wait-for" (func $wait-for (param i64) (result i32)))
  (import "wasi:cli/exit@0.3.0" "exit" (func $exit (param i32)))
  (import "$root" "[waitable-set-new]" (func $set (result i32)))
  (import "$root" "[waitable-join]" (func $join (param i32 i32)))
  (import "$root" "[backpressure-inc]" (func $close-door))
  (import "$root" "[backpressure-dec]" (func $open-door))
  (import "[export]wasi:http/handler@0.3.0" "[task-return]handle"
    (func $return (param i32 i32 i32 i64 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 1000) "hello\n")
  (func $answer (param $code i32) (result i32) (local $body i64) (local $trailers i64) (local $set i32)
    (local.set $body (call $stream))
    (local.set $trailers (call $trailers))
    (call $response (call $fields) (i32.const 1) (i32.wrap_i64 (local.get $body)) (i32.wrap_i64 (local.get $trailers))
      (i32.const 64))
    (drop (call $status (i32.load (i32.const 64)) (local.get $code)))
    ;; There are none, as the zeros at 0 say.
    (drop (call $no-trailers (i32.wrap_i64 (i64.shr_u (local.get $trailers) (i64.const 32))) (i32.const 0)))
    (local.set $body (i64.shr_u (local.get $body) (i64.const 32)))
    (drop (call $write (i32.wrap_i64 (local.get $body)) (i32.const 1000) (i32.const 6)))
    (call $return (i32.const 0) (i32.load (i32.const 64)) (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0)
      (i32.const 0) (i32.const 0))
    (local.set $set (call $set))
    (call $join (i32.wrap_i64 (local.get $body)) (local.get $set))
    (i32.or (i32.const 2) (i32.shl (local.get $set) (i32.const 4))))
  (func $wait (param $time i64) (result i32) (local $set i32)
    (local.set $set (call $set))
    (call $join (i32.shr_u (call $wait-for (local.get $time)) (i32.const 4)) (local.get $set))
    (i32.or (i32.const 2) (i32.shl (local.get $set) (i32.const 4))))
"#;

/// A component whose `handle` has this body, with the request in `$request`; `later` is the body of `$later`. Both give
/// what the guest's task is to return. `items` are other items of the module.
pub(crate) fn component(items: &str, handle: &str, later: &str) -> Vec<u8> {
    going_on(items, handle, later, "(i32.const 0)")
}

/// The same, with what is done when the answer was taken.
pub(crate) fn going_on(items: &str, handle: &str, later: &str, taken: &str) -> Vec<u8> {
    let text = format!(
        r#"(module {PRELUDE} {items}
            (func (export "[async-lift]wasi:http/handler@0.3.0#handle") (param $request i32) (result i32) {handle})
            (func $later (result i32) {later})
            (func (export "[callback][async-lift]wasi:http/handler@0.3.0#handle") (param i32 i32 i32) (result i32)
              ;; What was waited for has passed, or the body was taken.
              (if (result i32) (i32.eq (local.get 0) (i32.const 1))
                (then (call $later))
                (else (call $close (local.get 1)) {taken}))))"#
    );
    let mut module = wat::parse_str(text).unwrap();
    let mut resolve = Resolve::default();
    let package = resolve.push_source("guest3.wit", include_str!("guest3.wit")).unwrap();
    let world = resolve.select_world(&[package], Some("guest3")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    module
}

/// Answers with 400, and one more each time.
pub(crate) fn counts() -> Vec<u8> {
    component(
        "(global $count (mut i32) (i32.const 399))",
        "(global.set $count (i32.add (global.get $count) (i32.const 1)))
         (call $answer (global.get $count))",
        "unreachable",
    )
}
