//! Modules that start already initialised.

use dayfly::spec::model::{Engine, InlineContent, Job, Located, ModuleSource, Origin, Source};
use dayfly::{Initialised, Outcome, Snapshot, Status};
use serde_json::{Value, json};

use crate::common::{House, job, on_both, stopped_after, with_memory};

/// What a snapshot came to.
type Made = Result<Initialised, Outcome>;

async fn snapshot_of(house: &House, job: &Job, snapshot: Snapshot) -> Made {
    let (run, taken) = house.runtime.snapshot(job, snapshot);
    let outcome = run.await;
    match taken.take() {
        Some(made) => {
            assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.reason);
            assert!(taken.take().is_none(), "it was taken twice");
            Ok(made)
        }
        None => {
            assert_ne!(outcome.status, Status::Succeeded);
            Err(outcome)
        }
    }
}

/// The snapshot of a module in text form.
async fn made(house: &House, text: &str, snapshot: Snapshot) -> Initialised {
    snapshot_of(house, &job(text, json!({})), snapshot)
        .await
        .unwrap_or_else(|outcome| panic!("{:?}", outcome.reason))
}

/// Fails the test unless no snapshot can be made, for a reason that says all this.
#[track_caller]
fn refused(made: &Made, status: Status, says: &[&str]) {
    let outcome = made.as_ref().unwrap_err();
    let reason = outcome.reason.as_deref().unwrap_or_default();
    assert_eq!(outcome.status, status, "{reason}");
    for words in says {
        assert!(reason.contains(words), "`{words}` is not in: {reason}");
    }
}

/// A job that runs a module in binary form.
fn running(module: &[u8]) -> Job {
    let mut job = job("(module)", json!({}));
    if let Engine::Wasm(wasm) = &mut job.tasks[0].engine {
        let content = Source::Inline(InlineContent { bytes: module.to_vec(), archive: false });
        let source = Located::new(content, Origin::unwritten("the test"));
        wasm.entry = ModuleSource::Source { source, alias: None, target: None };
    }
    job
}

async fn run(house: &House, module: &[u8]) -> (Status, String) {
    let outcome = house.runtime.run(&running(module)).await;
    (outcome.status, outcome.reason.unwrap_or_default())
}

#[track_caller]
fn exports(module: &[u8]) -> Vec<String> {
    let found = serde_json::to_value(dayfly::inspect::inspect("snapshot", module).unwrap()).unwrap();
    let exports = found["exports"].as_array().unwrap();
    exports.iter().map(|export| export["name"].as_str().unwrap().to_owned()).collect()
}

/// Checks all that its initialisation leaves, and traps if any of it is not there.
const STATEFUL: &str = r#"(module
    (memory (export "memory") 1)
    (global $a (mut i32) (i32.const 1)) (global $b (mut i64) (i64.const 1))
    (global $c (mut f32) (f32.const 1)) (global $d (mut f64) (f64.const 1))
    (global $e (mut v128) (v128.const i64x2 1 1)) (global $same i32 (i32.const 7))
    (global $starts (mut i32) (i32.const 0))
    (data (i32.const 8) "text") (data $passive "passive")
    (table 1 funcref) (elem (i32.const 0) $seven) (func $seven (result i32) i32.const 7)
    (func $begin (global.set $starts (i32.add (global.get $starts) (i32.const 1))))
    (start $begin)
    (func (export "wizer-initialize")
        (global.set $a (i32.const -5)) (global.set $b (i64.const 0x123456789abcdef0))
        (global.set $c (f32.const nan:0x200001)) (global.set $d (f64.const -0.0))
        (global.set $e (v128.const i64x2 3 4))
        (if (i32.ne (memory.grow (i32.const 2)) (i32.const 1)) (then unreachable))
        (i32.store (i32.const 0) (i32.const 42))
        (i32.store8 (i32.const 9) (i32.const 0))
        (i32.store8 (i32.const 196607) (i32.const 99)))
    (func $check (param i32) (if (i32.eqz (local.get 0)) (then unreachable)))
    (func (export "_start")
        (call $check (i32.eq (global.get $a) (i32.const -5)))
        (call $check (i64.eq (global.get $b) (i64.const 0x123456789abcdef0)))
        (call $check (i32.eq (i32.reinterpret_f32 (global.get $c)) (i32.const 0x7fa00001)))
        (call $check (i64.eq (i64.reinterpret_f64 (global.get $d)) (i64.const 0x8000000000000000)))
        (call $check (i64.eq (i64x2.extract_lane 1 (global.get $e)) (i64.const 4)))
        (call $check (i32.eq (global.get $same) (i32.const 7)))
        (call $check (i32.eq (global.get $starts) (i32.const 1)))
        (call $check (i32.eq (memory.size) (i32.const 3)))
        (call $check (i32.eq (i32.load (i32.const 0)) (i32.const 42)))
        (call $check (i32.eq (i32.load (i32.const 8)) (i32.const 0x74780074)))
        (call $check (i32.eq (i32.load8_u (i32.const 196607)) (i32.const 99)))
        (call $check (i32.eq (i32.load (i32.const 100000)) (i32.const 0)))
        (memory.init $passive (i32.const 100) (i32.const 0) (i32.const 7))
        (call $check (i32.eq (i32.load (i32.const 100)) (i32.const 0x73736170)))
        (call $check (i32.eq (call_indirect (result i32) (i32.const 0)) (i32.const 7)))))"#;

#[test]
fn it_starts_with_what_the_initialisation_left() {
    on_both(async || {
        let house = House::new();
        let outcome = house.runtime.run(&job(STATEFUL, json!({}))).await;
        assert_eq!(outcome.status, Status::Trapped, "it checks nothing");
        let snapshot = made(&house, STATEFUL, Snapshot::new()).await;
        assert_eq!(snapshot.init, "wizer-initialize");
        assert!(snapshot.bytes_before > 500 && snapshot.module.len() > 500);
        assert_eq!(run(&house, &snapshot.module).await, (Status::Succeeded, String::new()));
        assert_eq!(exports(&snapshot.module), ["memory", "_start"]);
        // And again, as nothing of it changes.
        assert_eq!(run(&house, &snapshot.module).await.0, Status::Succeeded);
        let again = made(&House::new(), STATEFUL, Snapshot::new()).await;
        assert!(again == snapshot, "another snapshot of the same module has other bytes");
    });
}

/// The first function is called before the second, and neither is there any more.
const REACTOR: &str = r#"(module
    (global $steps (mut i32) (i32.const 0))
    (func $step (param i32)
        (global.set $steps (i32.add (i32.mul (global.get $steps) (i32.const 10)) (local.get 0))))
    (func (export "_initialize") (call $step (i32.const 1)))
    (func (export "warm") (call $step (i32.const 2)))
    (func (export "resume") (if (i32.ne (global.get $steps) (i32.const 12)) (then unreachable)))
    (func (export "_start") unreachable))"#;

#[test]
fn exports_are_kept_renamed_or_gone() {
    on_both(async || {
        let house = House::new();
        let snapshot = made(&house, REACTOR, Snapshot::new().init("warm").rename("_start", "resume")).await;
        assert_eq!(exports(&snapshot.module), ["_start"]);
        assert_eq!(run(&house, &snapshot.module).await, (Status::Succeeded, String::new()));
        let kept = made(&house, REACTOR, Snapshot::new().init("warm").keep_init()).await;
        assert_eq!(exports(&kept.module), ["warm", "resume", "_start"]);
        let once = made(&house, REACTOR, Snapshot::new().init("_initialize")).await;
        assert_eq!(exports(&once.module), ["warm", "resume", "_start"]);
    });
}

#[test]
fn of_two_names_the_first_is_called() {
    on_both(async || {
        let house = House::new();
        let older = r#"(module (func (export "wizer.initialize")) (func (export "wizer.resume")))"#;
        let older = job(older, json!({}));
        let (run, taken) = house.runtime.snapshot(&older, Snapshot::new());
        let outcome = run.await;
        assert_eq!(taken.take().unwrap().init, "wizer.initialize");
        let warnings = &outcome.executions[0].warnings;
        assert!(warnings.len() == 1 && warnings[0].contains("`wizer.resume`"), "{warnings:?}");
        let both =
            r#"(module (func (export "wizer.initialize") unreachable) (func (export "wizer-initialize")))"#;
        assert_eq!(made(&house, both, Snapshot::new()).await.init, "wizer-initialize");
    });
}

#[test]
fn what_can_not_be_written_down_is_refused() {
    const INIT: &str = r#"(func (export "wizer-initialize"))"#;
    let refusals = [
        (
            r#"(func (export "go")) (func (export "_start"))"#,
            &["exports no `wizer-initialize` or `wizer.initialize`", "`go`, `_start`"][..],
        ),
        (r#"(func (export "wizer-initialize") (param i32))"#, &["takes nothing and gives nothing back"]),
        (r#"(global (export "wizer-initialize") i32 (i32.const 1))"#, &["is a global, not a function"]),
        (
            r#"(import "env" "memory" (memory 1)) (func (export "wizer-initialize"))"#,
            &["no snapshot can be made of", "it imports the memory `memory` of \"env\""],
        ),
        (
            r#"(import "a" "b" (global i32)) (func (export "wizer-initialize"))"#,
            &["it imports the global `b`"],
        ),
        (
            r#"(table 1 funcref) (func (table.set (i32.const 0) (ref.null func))) (func (export "wizer-initialize"))"#,
            &["`table.set`", "what its tables hold could not be told"],
        ),
        (
            r#"(memory 1) (data $d "x") (func (data.drop $d)) (func (export "wizer-initialize"))"#,
            &["`data.drop`", "what it has dropped"],
        ),
        (
            r#"(global (mut funcref) (ref.null func)) (func (export "wizer-initialize"))"#,
            &["mutable global containing a reference"],
        ),
        (
            r#"(global (export "__wizer_global_0") i32 (i32.const 1)) (func (export "wizer-initialize"))"#,
            &["`__wizer_*`"],
        ),
        (r#"(func (export "wizer-initialize") i32.const 1)"#, &["is not a valid WebAssembly module"]),
    ];
    on_both(async || {
        let house = House::new();
        for (items, says) in refusals {
            let job = job(&format!("(module {items})"), json!({}));
            refused(&snapshot_of(&house, &job, Snapshot::new()).await, Status::Invalid, says);
        }
        let plain =
            job(&format!("(module {INIT} (func (export \"a\")) (memory (export \"m\") 1))"), json!({}));
        for (how, says) in [
            (Snapshot::new().init("other"), "exports no `other`"),
            (
                Snapshot::new().rename("b", "c"),
                "`c` of `main.wasm` can't be renamed to `b`: it exports no such function",
            ),
            (Snapshot::new().rename("b", "m"), "it is a memory, not a function"),
            (Snapshot::new().rename("b", "wizer-initialize"), "a snapshot exports it no more"),
            (Snapshot::new().rename("b", "a").rename("c", "a"), "it is renamed to something else, too"),
            (
                Snapshot::new().keep_init().rename("b", "a").rename("b", "wizer-initialize"),
                "another function is renamed to that, too",
            ),
        ] {
            refused(&snapshot_of(&house, &plain, how).await, Status::Invalid, &[says]);
        }
        assert!(house.executions().is_empty());
    });
}

#[test]
fn what_it_does_not_call_may_be_missing() {
    let module = |init: &str| {
        format!(
            r#"(module
                (import "wasi:http/requests" "http_request" (func $ask
                    (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
                (import "their\"s" "b\\c" (func $other (param i64 funcref) (result f64 externref)))
                (import "their\"s" "b\\c" (func (param i64 funcref) (result f64 externref)))
                (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
                (memory (export "memory") 1)
                (func (export "wizer-initialize") {init})
                (func (export "_start") (drop (drop (call $other (i64.const 1) (ref.null func))))))"#
        )
    };
    on_both(async || {
        let house = House::new();
        let calls = module("(drop (call $random (i32.const 0) (i32.const 8)))");
        let snapshot = made(&house, &calls, Snapshot::new()).await;
        assert_eq!(exports(&snapshot.module), ["memory", "_start"]);
        // Who runs it has to provide them.
        let (status, reason) = run(&house, &snapshot.module).await;
        assert!(status == Status::Invalid && reason.contains("wasi:http/requests"), "{reason}");
        let calls = job(&module("(drop (drop (call $other (i64.const 1) (ref.null func))))"), json!({}));
        let missing = "`b\\c, which nobody provides while a snapshot is made,` of `their\"s`";
        refused(&snapshot_of(&house, &calls, Snapshot::new()).await, Status::Trapped, &[missing]);
    });
}

#[test]
fn types_of_its_own_can_not_be_stood_in_for() {
    on_both(async || {
        let house = House::new();
        let module = r#"(module (type $t (func)) (import "a" "b" (func (param (ref null $t)))) (func (export "wizer-initialize")))"#;
        let made = snapshot_of(&house, &job(module, json!({})), Snapshot::new()).await;
        refused(&made, Status::Invalid, &["it imports `b` of \"a\", whose type is of its own"]);
    });
}

#[test]
fn an_initialisation_that_fails_leaves_nothing() {
    let module = |init: &str| {
        let exit = r#"(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))"#;
        format!(r#"(module {exit} (memory (export "memory") 1 5) (func (export "wizer-initialize") {init}))"#)
    };
    on_both(async || {
        let house = House::new();
        let made =
            async |init: &str| snapshot_of(&house, &job(&module(init), json!({})), Snapshot::new()).await;
        refused(&made("unreachable").await, Status::Trapped, &["wasm `unreachable` instruction executed"]);
        refused(
            &made("(call $exit (i32.const 0))").await,
            Status::Trapped,
            &["ended the program rather than return"],
        );
        let exited = made("(call $exit (i32.const 3))").await;
        refused(&exited, Status::Failed, &["exited with code 3"]);
        assert_eq!(exited.unwrap_err().exit_code, 3);
        let spins = stopped_after(job(&module("(loop $on (br $on))"), json!({})), 50);
        refused(&snapshot_of(&house, &spins, Snapshot::new()).await, Status::TimedOut, &[]);
        let grows = "(if (i32.eq (memory.grow (i32.const 3)) (i32.const -1)) (then unreachable))";
        let grows = with_memory(job(&module(grows), json!({})), 3 << 16);
        refused(
            &snapshot_of(&house, &grows, Snapshot::new()).await,
            Status::Limited,
            &["stopped at a limit"],
        );
    });
}

#[test]
fn a_snapshot_is_made_of_one_module_and_one_execution() {
    const MODULE: &str = r#"(module (func (export "wizer-initialize")))"#;
    on_both(async || {
        let house = House::new();
        let source = json!({"Type": "inline", "Params": {"Content": "(module)"}});
        let imports = json!([{"Source": source, "Target": "/other.wat"}]);
        let content = json!({"Type": "inline", "Params": {"Content": MODULE}});
        let params =
            json!({"EntryModule": {"Source": content, "Target": "/guest.wat"}, "ImportModules": imports});
        let linked = job("(module)", json!({"Engine": {"Type": "wasm", "Params": params}}));
        let made = snapshot_of(&house, &linked, Snapshot::new()).await;
        refused(&made, Status::Invalid, &["is linked to it, and its state would not be kept"]);

        let mut twice = job(MODULE, json!({}));
        twice.replicas.count.value = 2;
        let (run, taken) = house.runtime.snapshot(&twice, Snapshot::new());
        let outcome = run.await;
        assert!(outcome.reason.is_some_and(|reason| reason.contains("this job has several")));
        assert!(taken.take().is_some());
    });
}

/// Two million small numbers of 64 bits, with seven zeros each, and their sum.
#[test]
fn tables_with_many_zeros_are_as_they_were() {
    const MODULE: &str = r#"(module
        (memory (export "memory") 256)
        (func (export "wizer-initialize") (local $n i32)
            (loop $on
                (i64.store (i32.mul (local.get $n) (i32.const 8)) (i64.extend_i32_u (i32.rem_u (local.get $n) (i32.const 251))))
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (br_if $on (i32.lt_u (local.get $n) (i32.const 2000000)))))
        (func (export "_start") (local $n i32)
            (loop $on
                (if (i64.ne (i64.load (i32.mul (local.get $n) (i32.const 8)))
                        (i64.extend_i32_u (i32.rem_u (local.get $n) (i32.const 251)))) (then unreachable))
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (br_if $on (i32.lt_u (local.get $n) (i32.const 2000000))))))"#;
    on_both(async || {
        let house = House::new();
        let snapshot = made(&house, MODULE, Snapshot::new()).await;
        assert!((15_900_000..16_100_000).contains(&snapshot.module.len()), "{}", snapshot.module.len());
        assert_eq!(run(&house, &snapshot.module).await, (Status::Succeeded, String::new()));
    });
}

/// What the job gives a guest is there while it is initialised: its files above all.
#[test]
fn it_is_initialised_with_what_the_job_gives() {
    const MODULE: &str = r#"(module
        (import "wasi_snapshot_preview1" "path_open"
            (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "words.txt") (data (i32.const 16) "\40\00\00\00\05\00\00\00")
        (func (export "wizer-initialize")
            (if (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 9) (i32.const 0) (i64.const 2)
                (i64.const 0) (i32.const 0) (i32.const 32)) (then unreachable))
            (if (call $read (i32.load (i32.const 32)) (i32.const 16) (i32.const 1) (i32.const 36)) (then unreachable)))
        (func (export "_start")
            (if (i32.ne (i32.load (i32.const 64)) (i32.const 0x6c6c6568)) (then unreachable))))"#;
    on_both(async || {
        let house = House::new();
        let words: Value = json!({"Type": "inline", "Params": {"Content": "hello"}});
        let job = job(MODULE, json!({"InputSources": [{"Source": words, "Target": "/words.txt"}]}));
        let snapshot = snapshot_of(&house, &job, Snapshot::new()).await.unwrap();
        assert_eq!(run(&house, &snapshot.module).await, (Status::Succeeded, String::new()));
    });
}

/// A component that can be run when it was initialised; `more` is done while it is.
fn component(imports: &str, arguments: &str, more: &str) -> String {
    format!(
        r#"(component
            {imports}
            (core module $m
                (import "host" "out" (func $out (result i32)))
                (memory (export "memory") 1) (global $a (mut i32) (i32.const 0)) (global $b (mut i64) (i64.const 0))
                (global $c (mut f32) (f32.const 0)) (global $d (mut f64) (f64.const 0))
                (func (export "init")
                    (global.set $a (i32.const -1)) (global.set $b (i64.const 2)) (global.set $c (f32.const 3))
                    (global.set $d (f64.const 4)) (i32.store (i32.const 60000) (i32.const 5)) {more})
                (func (export "run") (result i32)
                    (i32.eqz (i32.and
                        (i32.and (i32.eq (global.get $a) (i32.const -1)) (i64.eq (global.get $b) (i64.const 2)))
                        (i32.and
                            (i32.and (f32.eq (global.get $c) (f32.const 3)) (f64.eq (global.get $d) (f64.const 4)))
                            (i32.and (i32.eq (i32.load (i32.const 60000)) (i32.const 5))
                                (i32.eq (memory.size) (i32.const 1))))))))
            {arguments}
            (func (export "wizer-initialize") (canon lift (core func $i "init")))
            (func $run (result (result)) (canon lift (core func $i "run")))
            (instance $r (export "run" (func $run)))
            (export "wasi:cli/run@0.2.0" (instance $r)))"#
    )
}

/// What is imported of the host is not there.
const ALONE: &str = r#"
    (core module $h (func (export "out") (result i32) unreachable))
    (core instance $host (instantiate $h))
    (core instance $i (instantiate $m (with "host" (instance $host))))"#;

#[test]
#[cfg(feature = "components")]
fn components_start_initialised_too() {
    on_both(async || {
        let house = House::new();
        let text = component("", ALONE, "");
        let outcome = house.runtime.run(&job(&text, json!({}))).await;
        assert_eq!((outcome.status, outcome.exit_code), (Status::Failed, 1), "it checks nothing");
        let snapshot = made(&house, &text, Snapshot::new()).await;
        assert_eq!(run(&house, &snapshot.module).await, (Status::Succeeded, String::new()));
        assert_eq!(exports(&snapshot.module), ["wasi:cli/run@0.2.0"]);
        assert!(made(&House::new(), &text, Snapshot::new()).await == snapshot);
        let kept = made(&house, &text, Snapshot::new().keep_init()).await;
        assert_eq!(exports(&kept.module), ["wasi:cli/run@0.2.0", "wizer-initialize"]);
        let traps =
            snapshot_of(&house, &job(&component("", ALONE, "unreachable"), json!({})), Snapshot::new()).await;
        refused(&traps, Status::Trapped, &["unreachable"]);
    });
}

#[test]
#[cfg(feature = "components")]
fn what_a_component_holds_of_the_host_is_not_kept() {
    const STDOUT: &str = r#"
        (import "wasi:io/streams@0.2.0" (instance $streams (export "output-stream" (type (sub resource)))))
        (alias export $streams "output-stream" (type $stream))
        (import "wasi:cli/stdout@0.2.0" (instance $stdout
            (alias outer 1 $stream (type $s)) (export "get-stdout" (func (result (own $s))))))
        (core func $get (canon lower (func $stdout "get-stdout")))"#;
    const WITH: &str = r#"
        (core instance $host (export "out" (func $get)))
        (core instance $i (instantiate $m (with "host" (instance $host))))"#;
    on_both(async || {
        let house = House::new();
        let holds = job(&component(STDOUT, WITH, "(drop (call $out))"), json!({}));
        let refusal = snapshot_of(&house, &holds, Snapshot::new()).await;
        refused(&refusal, Status::Trapped, &["it holds files, streams or other things of the host"]);
        // What is imported and not used is no matter.
        let snapshot = made(&house, &component(STDOUT, WITH, ""), Snapshot::new()).await;
        assert_eq!(run(&house, &snapshot.module).await, (Status::Succeeded, String::new()));
    });
}

#[test]
#[cfg(feature = "components")]
fn what_can_not_be_written_down_of_a_component_is_refused() {
    const TWICE: &str = r#"(component
        (core module $m (func (export "f")))
        (core instance $a (instantiate $m)) (core instance $b (instantiate $m))
        (func (export "wizer-initialize") (canon lift (core func $a "f"))))"#;
    const NESTED: &str = r#"(component
        (component $c (core module $m))
        (core module $m (func (export "f"))) (core instance $a (instantiate $m))
        (func (export "wizer-initialize") (canon lift (core func $a "f"))))"#;
    on_both(async || {
        let house = House::new();
        let made = async |text: &str, how| snapshot_of(&house, &job(text, json!({})), how).await;
        refused(&made(TWICE, Snapshot::new()).await, Status::Invalid, &["instantiated at most once"]);
        refused(&made(NESTED, Snapshot::new()).await, Status::Invalid, &["nested components"]);
        let renamed = made(TWICE, Snapshot::new().rename("a", "b")).await;
        refused(&renamed, Status::Invalid, &["`b` can't be renamed, as it is a component"]);
        let other = made(TWICE, Snapshot::new().init("other")).await;
        refused(&other, Status::Invalid, &["exports no `other`", "it exports `wizer-initialize`"]);
    });
}
