//! How many files, folders and links a guest may have.
#![cfg(feature = "compile")]

use std::fs::File;
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use dayfly_core::{
    Egress, Ending, Executor as _, Grants, Limits, Machine, Module, Mount, MountObject, Program, Reporter,
    SharedFiles, Start, Stdio,
};
use dayfly_spec::model::{Located, Origin};
use dayfly_wasm::WasmExecutor;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Makes folders until it may not; then exits with their number, or with 100 more where the reason is not `ENOSPC`.
const MAKER: &str = r#"(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $make (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start") (local $made i32) (local $errno i32)
    (loop $on
      (i32.store8 (i32.const 0) (i32.add (i32.const 65) (local.get $made)))
      (local.set $errno (call $make (i32.const 3) (i32.const 0) (i32.const 1)))
      (if (i32.eqz (local.get $errno))
        (then
          (local.set $made (i32.add (local.get $made) (i32.const 1)))
          (br_if $on (i32.lt_u (local.get $made) (i32.const 20))))))
    (if (i32.ne (local.get $errno) (i32.const 51))
      (then (local.set $made (i32.add (local.get $made) (i32.const 100)))))
    (call $exit (local.get $made))))"#;

/// With a small number in the place of [`Limits::FILES`], which takes the same way: a million would take minutes.
#[tokio::test]
async fn the_name_that_is_one_too_many_finds_no_space() {
    let (folder, streams) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let stream = File::create(streams.path().join("stream")).unwrap();
    let root = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
    let object = MountObject::Folder(root);
    let start = Start {
        program: Program::Wasm {
            module: Module::new("maker.wat", MAKER.as_bytes()),
            entry_point: unwritten("_start".to_owned()),
            imports: Vec::new(),
        },
        arguments: Vec::new(),
        environment: Vec::new(),
        root: Mount { target: "/".into(), object, writable: true, remedy: None, alias: None },
        mounts: Vec::new(),
        stdio: Stdio::default(),
        stdout: stream.try_clone().unwrap(),
        stderr: stream,
        limits: Limits { files: 7, ..Limits::default() },
        egress: Arc::new(Egress::none()),
        grants: Grants::default(),
        cancel: CancellationToken::new(),
        reporter: Reporter::default(),
        files: SharedFiles { own: 6, left: Arc::new(Semaphore::new(100)) },
        machine: Arc::new(Machine::this()),
        observe: false,
        hold: Arc::new(()),
    };
    let ended = WasmExecutor::builder().build().unwrap().execute(start).await;
    assert!(matches!(ended.ending, Ending::Exited(7)), "{:?}", ended.ending);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 7);
    let refused: Vec<&str> = ended.refusals.iter().map(|refusal| refusal.what.as_str()).collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(refused[0].contains("the 7 files that the guest may keep are there"), "{refused:?}");
}

fn unwritten<T>(value: T) -> Located<T> {
    Located::new(value, Origin::unwritten("the test"))
}
