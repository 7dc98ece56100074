//! Components in text form.

/// What a component imports, and the functions of it that its module has.
const HOST: &str = r#"
  (import "wasi:io/poll@0.2.0" (instance $poll
    (export "pollable" (type $pollable (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:io/error@0.2.0" (instance $errors (export "error" (type (sub resource)))))
  (alias export $errors "error" (type $error))
  (import "wasi:io/streams@0.2.0" (instance $streams
    (alias outer 1 $error (type $e))
    (export "error" (type $error (eq $e)))
    (export "input-stream" (type $input (sub resource)))
    (export "output-stream" (type $output (sub resource)))
    (type $failed (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $failed)))
    (export "[method]input-stream.blocking-read"
      (func (param "self" (borrow $input)) (param "len" u64) (result (result (list u8) (error $stream-error)))))
    (export "[method]output-stream.blocking-write-and-flush"
      (func (param "self" (borrow $output)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
  (alias export $streams "input-stream" (type $input))
  (alias export $streams "output-stream" (type $output))
  (import "wasi:cli/stdin@0.2.0" (instance $stdin
    (alias outer 1 $input (type $i))
    (export "input-stream" (type $input (eq $i)))
    (export "get-stdin" (func (result (own $input))))))
  (import "wasi:cli/stdout@0.2.0" (instance $stdout
    (alias outer 1 $output (type $o))
    (export "output-stream" (type $output (eq $o)))
    (export "get-stdout" (func (result (own $output))))))
  (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
    (alias outer 1 $pollable (type $p))
    (export "pollable" (type $pollable (eq $p)))
    (export "subscribe-duration" (func (param "when" u64) (result (own $pollable))))))
  (import "wasi:random/random@0.2.0" (instance $random
    (export "get-random-bytes" (func (param "len" u64) (result (list u8))))))
  (core instance $libc (instantiate $libc))
  (alias core export $libc "memory" (core memory $memory))
  (alias core export $libc "realloc" (core func $realloc))
  (core func $block (canon lower (func $poll "[method]pollable.block")))
  (core func $timer (canon lower (func $clock "subscribe-duration")))
  (core func $drop_timer (canon resource.drop $pollable))
  (core func $get_stdin (canon lower (func $stdin "get-stdin")))
  (core func $get_stdout (canon lower (func $stdout "get-stdout")))
  (core func $read (canon lower (func $streams "[method]input-stream.blocking-read")
    (memory $memory) (realloc (func $realloc))))
  (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush") (memory $memory)))
  (core func $bytes (canon lower (func $random "get-random-bytes") (memory $memory) (realloc (func $realloc))))
  (core instance $host
    (export "block" (func $block)) (export "timer" (func $timer)) (export "drop_timer" (func $drop_timer))
    (export "stdin" (func $get_stdin)) (export "stdout" (func $get_stdout))
    (export "read" (func $read)) (export "write" (func $write)) (export "random" (func $bytes)))
  (core instance $main (instantiate $main (with "libc" (instance $libc)) (with "host" (instance $host))))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $cli (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $cli))"#;

/// What the module of a component imports.
const IMPORTS: &str = r#"
  (import "libc" "memory" (memory 1 65536))
  (import "host" "block" (func $block (param i32)))
  (import "host" "timer" (func $timer (param i64) (result i32)))
  (import "host" "drop_timer" (func $drop_timer (param i32)))
  (import "host" "stdin" (func $stdin (result i32)))
  (import "host" "stdout" (func $stdout (result i32)))
  (import "host" "read" (func $read (param i32 i64 i32)))
  (import "host" "write" (func $write (param i32 i32 i32 i32)))
  (import "host" "random" (func $random (param i64 i32)))"#;

/// Gives the host the second half of the first page for whatever it returns.
const REALLOC: &str = "
  (if (i32.gt_u (local.get 3) (i32.const 32768)) (then unreachable))
  (i32.const 32768)";

/// A component of WASI 0.2 whose entry point does this, and returns normally after it. It has functions of the host, one
/// page of memory, and `items`.
pub(crate) fn command(items: &str, code: &str) -> String {
    with_realloc(REALLOC, items, code)
}

/// The same, with what gives the host room for what it returns.
pub(crate) fn with_realloc(realloc: &str, items: &str, code: &str) -> String {
    format!(
        r#"(component
  (core module $libc
    (memory (export "memory") 1 65536)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) {realloc}))
  (core module $main {IMPORTS} {items} (func (export "run") (result i32) {code} (i32.const 0)))
  {HOST})"#
    )
}

/// Hands the host one list of as many strings, all of which are the same megabyte.
pub(crate) fn repeating(times: u32) -> String {
    format!(
        r#"(component
  (import "wasi:http/types@0.2.0" (instance $types
    (export "fields" (type $fields (sub resource)))
    (type $error (variant (case "invalid-syntax") (case "forbidden") (case "immutable")))
    (export "header-error" (type $header-error (eq $error)))
    (type $name string)
    (export "field-key" (type $field-key (eq $name)))
    (export "field-name" (type $field-name (eq $field-key)))
    (type $bytes (list u8))
    (export "field-value" (type $field-value (eq $bytes)))
    (export "[static]fields.from-list" (func
      (param "entries" (list (tuple $field-name $field-value))) (result (result (own $fields) (error $header-error)))))))
  (core module $libc (memory (export "memory") 32))
  (core instance $libc (instantiate $libc))
  (alias core export $libc "memory" (core memory $memory))
  (core func $from_list (canon lower (func $types "[static]fields.from-list") (memory $memory)))
  (core instance $host (export "from-list" (func $from_list)))
  (core module $main
    (import "libc" "memory" (memory 32))
    (import "host" "from-list" (func $from_list (param i32 i32 i32)))
    (func (export "run") (result i32)
      (local $at i32)
      (local.set $at (i32.const 1048576))
      (loop $on
        (i32.store offset=4 (local.get $at) (i32.const 1))
        (i32.store offset=8 (local.get $at) (i32.const 0))
        (i32.store offset=12 (local.get $at) (i32.const 1048576))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $on (i32.lt_u (local.get $at) (i32.const {}))))
      (call $from_list (i32.const 1048576) (i32.const {times}) (i32.const 0))
      (i32.const 0)))
  (core instance $main (instantiate $main (with "libc" (instance $libc)) (with "host" (instance $host))))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $cli (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $cli)))"#,
        1_048_576 + times * 16
    )
}

/// A component of as many modules with a page of memory each.
pub(crate) fn of_memories(count: u32) -> String {
    let instances = "(core instance (instantiate $one))\n".repeat(count as usize);
    format!(
        r#"(component
  (core module $one (memory (export "memory") 1))
  (core module $main (func (export "run") (result i32) (i32.const 0)))
  {instances}
  (core instance $main (instantiate $main))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $cli (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $cli)))"#
    )
}
