//! Guests in text form, as components of WASI 0.2 that answer requests.

use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Functions for guests: `begin` answers with status 200 and gives the body's stream, `write` writes to a stream, `finish`
/// ends the body. Memory from 0 to 1,000 is theirs.
const PRELUDE: &str = r#"
  (import "wasi:http/types@0.2.0" "[constructor]fields" (func $fields (result i32)))
  (import "wasi:http/types@0.2.0" "[constructor]outgoing-response" (func $response (param i32) (result i32)))
  (import "wasi:http/types@0.2.0" "[method]outgoing-response.set-status-code" (func $status (param i32 i32) (result i32)))
  (import "wasi:http/types@0.2.0" "[method]outgoing-response.body" (func $body (param i32 i32)))
  (import "wasi:http/types@0.2.0" "[method]outgoing-body.write" (func $stream (param i32 i32)))
  (import "wasi:http/types@0.2.0" "[static]outgoing-body.finish" (func $end (param i32 i32 i32 i32)))
  (import "wasi:http/types@0.2.0" "[static]response-outparam.set"
    (func $set (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
  (import "wasi:http/types@0.2.0" "[method]incoming-request.consume" (func $consume (param i32 i32)))
  (import "wasi:http/types@0.2.0" "[method]incoming-body.stream" (func $input (param i32 i32)))
  (import "wasi:io/streams@0.2.0" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush" (func $put (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.0" "[resource-drop]output-stream" (func $drop-stream (param i32)))
  (import "wasi:cli/stderr@0.2.0" "get-stderr" (func $stderr (result i32)))
  (import "wasi:cli/exit@0.2.0" "exit" (func $exit (param i32)))
  (import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration" (func $after (param i64) (result i32)))
  (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:filesystem/preopens@0.2.0" "get-directories" (func $roots (param i32)))
  (import "wasi:filesystem/types@0.2.0" "[method]descriptor.create-directory-at" (func $mkdir (param i32 i32 i32 i32)))
  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 65536))
  (global $the-body (mut i32) (i32.const 0))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
    (global.set $next (i32.add (local.get $at) (local.get 3)))
    ;; There is always room for one more call.
    (if (i32.gt_u (i32.add (global.get $next) (i32.const 65536)) (i32.mul (memory.size) (i32.const 65536)))
      (then (drop (memory.grow (i32.add (i32.const 1) (i32.shr_u (local.get 3) (i32.const 16)))))))
    (local.get $at))
  (func $begin (param $out i32) (param $code i32) (result i32) (local $answer i32)
    (local.set $answer (call $response (call $fields)))
    (drop (call $status (local.get $answer) (local.get $code)))
    (call $body (local.get $answer) (i32.const 0))
    (global.set $the-body (i32.load (i32.const 4)))
    (call $stream (global.get $the-body) (i32.const 0))
    (call $set (local.get $out) (i32.const 0) (local.get $answer) (i32.const 0) (i64.const 0) (i32.const 0)
      (i32.const 0) (i32.const 0) (i32.const 0))
    (i32.load (i32.const 4)))
  (func $write (param $stream i32) (param $at i32) (param $length i32)
    (call $put (local.get $stream) (local.get $at) (local.get $length) (i32.const 0)))
  (func $finish (param $stream i32)
    (call $drop-stream (local.get $stream))
    (call $end (global.get $the-body) (i32.const 0) (i32.const 0) (i32.const 0)))
"#;

/// A component whose `handle` has this body, with the request in `$request` and where the answer goes in `$out`; `items` are
/// other items of the module.
pub(crate) fn component(items: &str, handle: &str) -> Vec<u8> {
    let text = format!(
        r#"(module {PRELUDE} {items}
            (func (export "wasi:http/incoming-handler@0.2.0#handle") (param $request i32) (param $out i32)
              (local $stream i32) (local $count i32)
              {handle}))"#
    );
    let mut module = wat::parse_str(text).unwrap();
    let mut resolve = Resolve::default();
    let package = resolve.push_source("guest.wit", include_str!("guest.wit")).unwrap();
    let world = resolve.select_world(&[package], Some("guest")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    module
}

/// Says hello.
pub(crate) fn hello() -> Vec<u8> {
    component(
        r#"(data (i32.const 1000) "hello\n")"#,
        "(local.set $stream (call $begin (local.get $out) (i32.const 200)))
         (call $write (local.get $stream) (i32.const 1000) (i32.const 6))
         (call $finish (local.get $stream))",
    )
}

/// A core module that answers in the manner of CGI: `start` is the body of its `_start`.
pub(crate) fn cgi(items: &str, start: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 4)
            (func $print (param $fd i32) (param $at i32) (param $length i32)
              (loop $on
                (i32.store (i32.const 0) (local.get $at))
                (i32.store (i32.const 4) (local.get $length))
                (if (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
                (local.set $at (i32.add (local.get $at) (i32.load (i32.const 8))))
                (local.set $length (i32.sub (local.get $length) (i32.load (i32.const 8))))
                (br_if $on (local.get $length))))
            ;; Reads up to 64 KiB to 65536; gives how many bytes there were.
            (func $take (result i32)
              (i32.store (i32.const 0) (i32.const 65536))
              (i32.store (i32.const 4) (i32.const 65536))
              (if (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
              (i32.load (i32.const 8)))
            {items}
            (func (export "_start") (local $count i32) {start}))"#
    );
    wat::parse_str(text).unwrap()
}
