//! The executor battery, with guests in text form.
#![cfg(feature = "compile")]

use dayfly_core::testing::executor::{Behaviour, Guests, battery};
use dayfly_core::{Module, Program};
use dayfly_spec::model::{Located, Origin};
use dayfly_wasm::WasmExecutor;

#[tokio::test(flavor = "current_thread")]
async fn the_battery_passes_on_a_single_threaded_runtime() {
    battery(&WasmExecutor::builder().build().unwrap(), &TextGuests).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_battery_passes_on_a_multi_threaded_runtime() {
    battery(&WasmExecutor::builder().build().unwrap(), &TextGuests).await;
}

struct TextGuests;

impl Guests for TextGuests {
    fn program(&self, behaviour: Behaviour) -> Program {
        let text = format!("(module {IMPORTS} (memory (export \"memory\") 1 4096) {})", body(behaviour));
        Program::Wasm {
            module: Module::new("guest.wat", text.into_bytes()),
            entry_point: Located::new("_start".into(), Origin::unwritten("test")),
            imports: Vec::new(),
        }
    }
}

const IMPORTS: &str = r#"
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))"#;

/// Writes `length` bytes from `start` to a descriptor; traps unless all are taken.
const PRINT: &str = r#"
  (func $print (param $fd i32) (param $start i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $start))
    (i32.store (i32.const 4) (local.get $length))
    (if (i32.or
          (call $write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))
          (i32.ne (i32.load (i32.const 8)) (local.get $length)))
      (then unreachable)))"#;

fn body(behaviour: Behaviour) -> String {
    match behaviour {
        Behaviour::Return => start(""),
        Behaviour::Exit(code) => start(&format!("(call $exit (i32.const {code}))")),
        Behaviour::Trap => start("unreachable"),
        Behaviour::Spin => start("(loop $on (br $on))"),
        // A clock subscription (tag 0) of the monotonic clock (1) with the largest timeout.
        Behaviour::Sleep => start(
            "(i32.store (i32.const 1040) (i32.const 1))
             (i64.store (i32.const 1048) (i64.const -1))
             (drop (call $poll (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 3000)))",
        ),
        Behaviour::ReadForEver => start(
            "(i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 100))
             (loop $on (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8))) (br $on))",
        ),
        Behaviour::Print => format!(
            "{PRINT} (data (i32.const 100) \"outerr\") {}",
            start("(call $print (i32.const 1) (i32.const 100) (i32.const 3))
                   (call $print (i32.const 2) (i32.const 103) (i32.const 3))")
        ),
        Behaviour::Echo => format!(
            "{PRINT} {}",
            start(
                "(loop $on
                   (i32.store (i32.const 16) (i32.const 100)) (i32.store (i32.const 20) (i32.const 4))
                   (if (call $read (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 24)) (then unreachable))
                   (if (i32.load (i32.const 24))
                     (then (call $print (i32.const 1) (i32.const 100) (i32.load (i32.const 24))) (br $on))))"
            )
        ),
        Behaviour::Flood => start(
            "(i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 1000))
             (loop $on (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br $on))",
        ),
        Behaviour::Describe => format!("{PRINT} {}", start(DESCRIBE)),
        Behaviour::Hoard => start("(if (i32.eq (memory.grow (i32.const 1025)) (i32.const -1)) (then unreachable))"),
        Behaviour::Overwrite => file("input/file", 0, 1),
        Behaviour::Make => file("made", 1, 1),
    }
}

/// The texts of arguments lie one after the other from 10000 on; the first one is skipped by its NUL byte.
const DESCRIBE: &str = r#"
  (local $at i32)
  (drop (call $args_sizes (i32.const 16) (i32.const 20)))
  (drop (call $args (i32.const 1000) (i32.const 10000)))
  (local.set $at (i32.load (i32.const 1004)))
  (call $print (i32.const 1) (local.get $at)
    (i32.sub (i32.add (i32.const 10000) (i32.load (i32.const 20))) (local.get $at)))
  (drop (call $environ_sizes (i32.const 16) (i32.const 20)))
  (drop (call $environ (i32.const 1000) (i32.const 10000)))
  (call $print (i32.const 1) (i32.const 10000) (i32.load (i32.const 20)))"#;

fn start(code: &str) -> String {
    format!("(func (export \"_start\") {code})")
}

/// Opens a path (with `creat` where asked) and writes `new`, or exits with `otherwise`.
fn file(path: &str, creat: u32, otherwise: u32) -> String {
    let length = path.len();
    let code = format!(
        "(if (call $open (i32.const 3) (i32.const 0) (i32.const 200) (i32.const {length}) (i32.const {creat})
               (i64.const 66) (i64.const 0) (i32.const 0) (i32.const 40))
           (then (call $exit (i32.const {otherwise}))))
         (call $print (i32.load (i32.const 40)) (i32.const 300) (i32.const 3))"
    );
    format!("{PRINT} (data (i32.const 200) \"{path}\") (data (i32.const 300) \"new\") {}", start(&code))
}
