//! Stopping guests that compute, wherever in their code they are when their time is over.

use std::env;
use std::future::IntoFuture as _;
use std::time::Duration;

use dayfly::{CancellationToken, Status};
use futures_util::stream::{self, StreamExt as _};
use serde_json::json;

use crate::common::{House, job, stopped_after};

/// Guests that never end, and each spend their time in other instructions: in a loop, on the way into and out of
/// functions, in calls by a table, in calls of the host, in bulk memory operations, in vectors, at a stack's end.
pub(crate) const ENDLESS: [&str; 9] = [
    r#"(module (func (export "_start") (loop $on (br $on))))"#,
    r#"(module (func $f (param i32) (result i32)
        (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
          (else (i32.add (call $f (i32.sub (local.get 0) (i32.const 1))) (call $f (i32.sub (local.get 0) (i32.const 2)))))))
        (func (export "_start") (loop $on (drop (call $f (i32.const 30))) (br $on))))"#,
    r#"(module (func $empty) (func (export "_start") (loop $on (call $empty) (call $empty) (call $empty) (br $on))))"#,
    r#"(module (table funcref (elem $a $b)) (type $t (func (param i32)))
        (func $a (param i32)) (func $b (param i32) (call_indirect (type $t) (local.get 0) (i32.const 0)))
        (func (export "_start") (loop $on (call_indirect (type $t) (i32.const 1) (i32.const 1)) (br $on))))"#,
    r#"(module (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "_start") (loop $on (drop (call $time (i32.const 1) (i64.const 1) (i32.const 0))) (br $on))))"#,
    r#"(module (memory (export "memory") 16)
        (func (export "_start") (loop $on (memory.fill (i32.const 0) (i32.const 7) (i32.const 1000000)) (br $on))))"#,
    r#"(module (memory (export "memory") 1) (func (export "_start") (local $v v128) (loop $on
        (local.set $v (f64x2.add (local.get $v) (v128.load (i32.const 16))))
        (v128.store (i32.const 0) (local.get $v)) (br $on))))"#,
    r#"(module (func $down (param i32) (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1))))))
        (func (export "_start") (loop $on (call $down (i32.const 5000)) (br $on))))"#,
    r#"(module (memory (export "memory") 1)
        (func (export "_start") (loop $on (drop (memory.grow (i32.const 0))) (br $on))))"#,
];

/// How many guests are stopped.
fn guests() -> usize {
    env::var("DAYFLY_INTERRUPTS").map_or(180, |count| count.parse().unwrap())
}

#[tokio::test]
async fn a_guest_is_stopped_wherever_it_is() {
    let house = House::new();
    let house = &house;
    let stopped = stream::iter(0..guests()).map(|number| async move {
        // All of a millisecond's parts come to pass: guests are compiled, scheduled and begun at any time.
        let milliseconds = 1 + (number as u64 * 7) % 23;
        let job = stopped_after(job(ENDLESS[number % ENDLESS.len()], json!({})), milliseconds);
        let outcome = house.runtime.run(&job).await;
        assert_eq!(
            (outcome.status, outcome.exit_code),
            (Status::TimedOut, 124),
            "{number}: {:?}",
            outcome.reason
        );
    });
    stopped.buffer_unordered(8).collect::<Vec<()>>().await;
}

#[tokio::test]
async fn a_guest_that_computes_is_stopped_when_it_is_cancelled_or_dropped() {
    let house = House::new();
    for module in ENDLESS {
        let job = job(module, json!({}));
        let cancel = CancellationToken::new();
        let run = house.runtime.run(&job).cancel(cancel.clone());
        let (outcome, ()) = tokio::join!(run.into_future(), async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            cancel.cancel();
        });
        assert_eq!(outcome.status, Status::Cancelled);
        let dropped =
            tokio::time::timeout(Duration::from_millis(30), house.runtime.run(&job).into_future()).await;
        assert!(dropped.is_err());
    }
    // The threads of those that were dropped are gone.
    crate::common::wait_until("all guests are gone", || guest_threads() == 0).await;
}

/// A guest that stops itself at the very moment at which it is stopped is the one or the other, and nothing else.
#[tokio::test]
async fn an_end_and_an_interrupt_at_the_same_time_are_one_of_them() {
    let house = House::new();
    let spin = |rounds: u32| {
        format!(
            r#"(module (func (export "_start") (local i32) (local.set 0 (i32.const {rounds}))
            (loop $on (br_if $on (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))"#
        )
    };
    for number in 0..60 {
        // About a millisecond's work for each million; a debug build's guests are no slower.
        let job = stopped_after(job(&spin(9_000_000 + number * 100_000), json!({})), 10);
        let status = house.runtime.run(&job).await.status;
        assert!(matches!(status, Status::Succeeded | Status::TimedOut), "{status:?}");
    }
}

/// How many guests there are in this process.
pub(crate) fn guest_threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let name =
        |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
    tasks.filter(|task| task.path().exists()).map(name).filter(|name| name.trim() == "dayfly-guest").count()
}
