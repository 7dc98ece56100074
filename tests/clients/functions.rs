//! The functions that are asked: core modules in text form, which answer in the manner of CGI.

use crate::support::Served;

/// The body of the answers of [`HELLO`].
pub(crate) const HELLO_TEXT: &str = "hello\n";

/// What most of them are made of: `$print` writes to standard output, `$take` reads up to 64 KiB to 65536.
fn module(items: &str, start: &str) -> String {
    format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "path_open"
              (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 4)
            (data (i32.const 16) "content-type: text/plain\n\n")
            (func $print (param $at i32) (param $length i32)
              (loop $on
                (i32.store (i32.const 0) (local.get $at))
                (i32.store (i32.const 4) (local.get $length))
                (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
                (local.set $at (i32.add (local.get $at) (i32.load (i32.const 8))))
                (local.set $length (i32.sub (local.get $length) (i32.load (i32.const 8))))
                (br_if $on (local.get $length))))
            (func $head (call $print (i32.const 16) (i32.const 26)))
            (func $take (result i32)
              (i32.store (i32.const 0) (i32.const 65536))
              (i32.store (i32.const 4) (i32.const 65536))
              (if (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
              (i32.load (i32.const 8)))
            {items}
            (func (export "_start") (local $count i32) {start}))"#
    )
}

/// Says something.
pub(crate) fn says(text: &str) -> String {
    let data = format!(r#"(data (i32.const 1000) "{}")"#, text.escape_default());
    module(&data, &format!("(call $head) (call $print (i32.const 1000) (i32.const {}))", text.len()))
}

fn echo() -> String {
    let start = "(call $head)
        (loop $on
          (local.set $count (call $take))
          (if (local.get $count)
            (then (call $print (i32.const 65536) (local.get $count)) (br $on))))";
    module("", start)
}

/// Waits for longer than it may, and uses no processor time.
fn waits() -> String {
    // A subscription to the monotonic clock, at 128, for an hour.
    let start = "(i32.store (i32.const 144) (i32.const 1))
        (i64.store (i32.const 152) (i64.const 3600000000000))
        (drop (call $poll (i32.const 128) (i32.const 256) (i32.const 1) (i32.const 512)))";
    module("", start)
}

/// Writes without an end.
fn flood() -> String {
    module("", "(call $head) (loop $on (call $print (i32.const 65536) (i32.const 65536)) (br $on))")
}

/// Takes all memory that it gets, and fails where it gets no more.
fn hog() -> String {
    let start = "(loop $on
        (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable))
        (i32.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)) (i32.const 1))
        (br $on))";
    module("", start)
}

/// Looks for what one before it left, and leaves what it can: a global, all of its memory, a table, a file.
fn marks() -> String {
    let items = r#"
        (global $mark (mut i32) (i32.const 0))
        (table $table 4 funcref)
        (elem declare func $head)
        (data (i32.const 1000) "mark")
        (data (i32.const 1010) "foundclean\n")
        ;; Whether anything is in memory from here on.
        (func $used (param $at i32) (result i32) (local $all i64)
          (loop $on
            (local.set $all (i64.or (local.get $all) (i64.load (local.get $at))))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $on (i32.lt_u (local.get $at) (i32.mul (memory.size) (i32.const 65536)))))
          (i64.ne (local.get $all) (i64.const 0)))
        (func $found (result i32)
          (if (global.get $mark) (then (return (i32.const 1))))
          (if (i32.ne (memory.size) (i32.const 4)) (then (return (i32.const 1))))
          (if (i32.ne (table.size $table) (i32.const 4)) (then (return (i32.const 1))))
          (if (i32.eqz (ref.is_null (table.get $table (i32.const 1)))) (then (return (i32.const 1))))
          (if (call $used (i32.const 1024)) (then (return (i32.const 1))))
          ;; A file that must not be there yet: create and exclusive, to be written.
          (call $path_open (i32.const 3) (i32.const 0) (i32.const 1000) (i32.const 4) (i32.const 5)
            (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 12)))
        (func $leave
          (global.set $mark (i32.const 1))
          (table.set $table (i32.const 1) (ref.func $head))
          (drop (table.grow $table (ref.func $head) (i32.const 10)))
          (drop (memory.grow (i32.const 8)))
          ;; What was grown is empty, too.
          (if (call $used (i32.const 262144)) (then unreachable))
          (memory.fill (i32.const 1100) (i32.const 255)
            (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1100))))"#;
    let start = "(if (call $found)
          (then (call $head) (call $print (i32.const 1010) (i32.const 5)) (return)))
        (i32.store (i32.const 0) (i32.const 1000))
        (i32.store (i32.const 4) (i32.const 4))
        (if (call $fd_write (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
        (call $leave) (call $head) (call $print (i32.const 1015) (i32.const 6))";
    module(items, start)
}

/// Writes a job with all of them, each at the path of its name, and gives the name of its file.
pub(crate) fn write(served: &Served) -> &'static str {
    let trap = module("", "unreachable");
    let mute = module("", "");
    let all = [
        ("hello", says(HELLO_TEXT)),
        ("echo", echo()),
        ("trap", trap),
        ("mute", mute),
        ("waits", waits()),
        ("stays", waits()),
        ("flood", flood()),
        ("hog", hog()),
        ("marks", marks()),
    ];
    let mut job = "Name: site\nType: service\nTasks:\n".to_owned();
    for (name, text) in all {
        served.write(&format!("{name}.wat"), &text);
        job += &task(name);
    }
    // One second, so that those who wait are not waited for long. The others are through by then.
    job += "    Timeouts: {ExecutionTimeout: 60}\n";
    let job = job.replace("/waits}", "/waits}\n    Timeouts: {ExecutionTimeout: 1}");
    served.write("job.yaml", &job);
    "job.yaml"
}

/// A task that is a function at the path of its name.
pub(crate) fn task(name: &str) -> String {
    format!(
        "  - Name: {name}\n    Engine: {{Type: wasm, Params: {{EntryModule: {name}.wat}}}}\n    Resources: {{Memory: 16MB}}\n    Meta: {{http.route: /{name}}}\n"
    )
}
