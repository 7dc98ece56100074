//! Guests in text form.

const IMPORTS: &str = r#"
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $set_size (param i32 i64) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))"#;

/// Writes `length` bytes from `start` to a descriptor, all of them; gives the first error.
const WRITE_ALL: &str = r#"
  (func $write_all (param $fd i32) (param $start i32) (param $length i32) (result i32)
    (local $error i32)
    (loop $on
      (if (i32.eqz (local.get $length)) (then (return (i32.const 0))))
      (i32.store (i32.const 0) (local.get $start))
      (i32.store (i32.const 4) (local.get $length))
      (local.set $error (call $write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
      (if (local.get $error) (then (return (local.get $error))))
      (local.set $start (i32.add (local.get $start) (i32.load (i32.const 8))))
      (local.set $length (i32.sub (local.get $length) (i32.load (i32.const 8))))
      (br $on))
    unreachable)"#;

/// A module whose entry point does this. It has WASI's functions, `$write_all`, one page of memory, and `items`.
pub(crate) fn command(items: &str, code: &str) -> String {
    format!(
        "(module {IMPORTS} (memory (export \"memory\") 1 65536) {WRITE_ALL} {items}
           (func (export \"_start\") {code}))"
    )
}

/// Writes `hello` to its standard output, `oh` to its standard error, and exits with a code.
pub(crate) fn greeting(code: u32) -> String {
    command(
        r#"(data (i32.const 100) "hellooh")"#,
        &format!(
            "(drop (call $write_all (i32.const 1) (i32.const 100) (i32.const 5)))
             (drop (call $write_all (i32.const 2) (i32.const 105) (i32.const 2)))
             (call $exit (i32.const {code}))"
        ),
    )
}

/// Computes for ever.
pub(crate) fn spinning() -> String {
    command("", "(loop $on (br $on))")
}

/// Sleeps for ever.
pub(crate) fn sleeping() -> String {
    // A clock subscription (tag 0) of the monotonic clock (1) with the largest timeout.
    command(
        "",
        "(i32.store (i32.const 1040) (i32.const 1))
         (i64.store (i32.const 1048) (i64.const -1))
         (drop (call $poll (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 3000)))",
    )
}

/// Reads its standard input for ever, past its end too.
pub(crate) fn reading() -> String {
    command(
        "",
        "(i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 100))
         (loop $on (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8))) (br $on))",
    )
}

/// Writes what it reads, until the end; each time into the second of two pieces, the first of which is empty, as C
/// libraries do. Exits with what a write fails with.
pub(crate) fn echoing() -> String {
    command(
        "",
        "(local $error i32)
         (loop $on
           (i32.store (i32.const 16) (i32.const 100)) (i32.store (i32.const 20) (i32.const 0))
           (i32.store (i32.const 24) (i32.const 200)) (i32.store (i32.const 28) (i32.const 4096))
           (if (call $read (i32.const 0) (i32.const 16) (i32.const 2) (i32.const 32)) (then unreachable))
           (if (i32.load (i32.const 32)) (then
             (local.set $error
               (call $write_all (i32.const 1) (i32.const 200) (i32.load (i32.const 32))))
             (if (local.get $error) (then (call $exit (local.get $error))))
             (br $on))))",
    )
}

/// Writes this many times 16 bytes to its standard output, each time another number; exits with the first error.
pub(crate) fn counting(times: u32) -> String {
    command(
        "",
        &format!(
            "(local $count i32) (local $at i32) (local $error i32)
             (loop $on
               (local.set $at (i32.const 1024))
               (loop $fill
                 (i32.store offset=0 (local.get $at) (local.get $count))
                 (i32.store offset=12 (local.get $at) (i32.const 0x0a202020))
                 (local.set $count (i32.add (local.get $count) (i32.const 1)))
                 (local.set $at (i32.add (local.get $at) (i32.const 16)))
                 (br_if $fill (i32.lt_u (local.get $at) (i32.const 33792))))
               (local.set $error (call $write_all (i32.const 1) (i32.const 1024) (i32.const 32768)))
               (if (local.get $error) (then (call $exit (local.get $error))))
               (br_if $on (i32.lt_u (local.get $count) (i32.const {times}))))"
        ),
    )
}

/// Leaves a file `results/large` of that many bytes, none of which is written.
pub(crate) fn leaving(bytes: u64) -> String {
    command(
        r#"(data (i32.const 100) "results/large")"#,
        &format!(
            "(if (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 13) (i32.const 1)
                    (i64.const -1) (i64.const 0) (i32.const 0) (i32.const 40)) (then unreachable))
             (if (call $set_size (i32.load (i32.const 40)) (i64.const {bytes})) (then unreachable))"
        ),
    )
}

/// Takes a while to compile.
pub(crate) fn large(functions: u32) -> String {
    let body = "(local.set 0 (i32.mul (i32.add (local.get 0) (i32.const 7)) (local.get 0)))".repeat(200);
    let functions: String =
        (0..functions).map(|_| format!("(func (param i32) (result i32) {body} (local.get 0))\n")).collect();
    command(&functions, "(loop $on (br $on))")
}
