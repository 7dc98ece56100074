//! What a guest may use of the processor: its share, and how much in all.

use std::future::IntoFuture as _;
use std::time::Duration;

use dayfly::{CancellationToken, Job, Outcome, Status, Stdio, Usage};
use futures_util::stream::{self, StreamExt as _};
use serde_json::json;

use crate::common::guests::{command, sleeping};
use crate::common::{House, job, stopped_after, wait_until, with_cpu, with_cpu_time, with_memory};
use crate::interrupt::{ENDLESS, guest_threads};

/// Guests that compute for ever, each in another way; those that [`ENDLESS`] has not are the largest bulk operations that
/// their memory allows, calls of the host that take long, and a start section.
fn endless() -> Vec<String> {
    let large = |operation: &str| {
        command("", &format!("(drop (memory.grow (i32.const 255))) (loop $on {operation} (br $on))"))
    };
    let more = [
        large("(memory.fill (i32.const 0) (i32.const 7) (i32.const 0x1000000))"),
        large("(memory.copy (i32.const 0) (i32.const 0x800000) (i32.const 0x800000))"),
        r#"(module (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
            (memory (export "memory") 16)
            (func (export "_start") (loop $on (drop (call $random (i32.const 0) (i32.const 1000000))) (br $on))))"#
            .to_owned(),
        r#"(module (func $on (loop $on (br $on))) (start $on) (func (export "_start")))"#.to_owned(),
    ];
    ENDLESS.iter().map(|text| (*text).to_owned()).chain(more).collect()
}

/// A job whose guest imports from a module that never comes to the end of its start section.
fn importing() -> Job {
    let library = "(module (func $on (loop $on (br $on))) (start $on) (func (export \"f\")))";
    let guest = r#"(module (import "library" "f" (func $f)) (func (export "_start") (call $f)))"#;
    let source = json!({"Type": "inline", "Params": {"Content": library}});
    job(guest, json!({"InputSources": [{"Source": source, "Target": "/library.wat"}]}))
}

/// Runs a guest for a second at most. Its standard input stays open, and says nothing.
async fn ran(house: &House, job: Job) -> Outcome {
    let (silent, stdin) = tokio::io::duplex(64);
    let job = with_memory(stopped_after(job, 1_000), 64 << 20);
    let outcome = house.runtime.run(&job).stdio(Stdio::default().stdin(stdin)).await;
    drop(silent);
    outcome
}

fn usage(outcome: &Outcome) -> &Usage {
    &outcome.executions[0].usage
}

#[tokio::test]
async fn a_guest_has_its_share_of_the_processor_whatever_it_does() {
    let house = &House::new();
    let runs = stream::iter(endless()).map(|module| async move {
        let outcome = ran(house, with_cpu(job(&module, json!({})), 100)).await;
        assert_eq!((outcome.status, outcome.exit_code), (Status::TimedOut, 124), "{module}: {outcome:?}");
        let usage = usage(&outcome);
        // A tenth; a machine that is busy with other things only makes it less.
        assert!(usage.cpu_ns * 3 < usage.wall_ns, "{module}: {usage:?}");
        assert!(usage.cpu_ns > 1_000_000, "{module}: {usage:?}");
    });
    runs.buffer_unordered(4).collect::<Vec<()>>().await;
}

#[tokio::test]
async fn the_start_of_an_import_module_is_the_guests_own() {
    let house = House::new();
    let outcome = ran(&house, with_cpu(importing(), 100)).await;
    assert_eq!(outcome.status, Status::TimedOut, "{:?}", outcome.reason);
    assert!(usage(&outcome).cpu_ns * 3 < usage(&outcome).wall_ns, "{:?}", usage(&outcome));
    let outcome = ran(&house, importing()).await;
    assert_eq!(outcome.status, Status::TimedOut, "{:?}", outcome.reason);
    let outcome = ran(&house, with_cpu_time(importing(), 50)).await;
    assert_eq!(outcome.status, Status::Limited, "{:?}", outcome.reason);
}

#[tokio::test]
async fn a_larger_share_is_more() {
    let house = House::new();
    let mut used = Vec::new();
    for share in [20, 400] {
        let outcome = ran(&house, with_cpu(job(ENDLESS[0], json!({})), share)).await;
        used.push(usage(&outcome).cpu_ns);
    }
    assert!(used[0] * 3 < used[1], "{used:?}");
}

#[tokio::test]
async fn a_guest_that_is_held_is_stopped_when_it_is_cancelled_or_dropped() {
    let house = House::new();
    for module in endless() {
        // A thousandth: it is hardly ever not held.
        let job = with_cpu(job(&module, json!({})), 1);
        let cancel = CancellationToken::new();
        let run = house.runtime.run(&job).cancel(cancel.clone());
        let (outcome, ()) = tokio::join!(run.into_future(), async {
            tokio::time::sleep(Duration::from_millis(60)).await;
            cancel.cancel();
        });
        assert_eq!(outcome.status, Status::Cancelled, "{module}");
        let run = house.runtime.run(&job).into_future();
        assert!(tokio::time::timeout(Duration::from_millis(60), run).await.is_err(), "{module}");
    }
    wait_until("all guests are gone", || guest_threads() == 0).await;
}

#[tokio::test]
async fn a_guest_ends_when_its_processor_time_is_used_up() {
    let house = &House::new();
    let runs = stream::iter(endless()).map(|module| async move {
        let mut job = stopped_after(with_cpu_time(job(&module, json!({})), 60), 120_000);
        job = with_memory(job, 64 << 20);
        let outcome = house.runtime.run(&job).await;
        assert_eq!((outcome.status, outcome.exit_code), (Status::Limited, 137), "{module}: {outcome:?}");
        let reason = outcome.reason.as_deref().unwrap();
        assert!(reason.contains("processor time of 60ms; `cpu time of the test` sets the limit"), "{reason}");
        let used = usage(&outcome).cpu_ns;
        assert!((50_000_000..1_000_000_000).contains(&used), "{module}: {used}");
    });
    runs.buffer_unordered(4).collect::<Vec<()>>().await;
}

#[tokio::test]
async fn processor_time_ends_a_guest_that_is_held_too() {
    let house = House::new();
    // A window's worth is 10 ms, so that it is held some twenty times before its time is used up.
    let job = with_cpu_time(with_cpu(job(ENDLESS[0], json!({})), 100), 200);
    let outcome = house.runtime.run(&stopped_after(job, 120_000)).await;
    assert_eq!(outcome.status, Status::Limited, "{:?}", outcome.reason);
    let usage = usage(&outcome);
    assert!(usage.cpu_ns * 3 < usage.wall_ns, "{usage:?}");
}

#[tokio::test]
async fn a_guest_that_waits_uses_nothing_up() {
    let house = House::new();
    for module in [sleeping(), crate::common::guests::reading()] {
        let job = with_cpu_time(with_cpu(job(&module, json!({})), 100), 500);
        let outcome = ran(&house, job).await;
        assert_eq!(outcome.status, Status::TimedOut, "{:?}", outcome.reason);
        assert!(usage(&outcome).cpu_ns < 500_000_000);
    }
}

/// A guest that sleeps for ever when it has used up its time wakes up for nobody, and ends all the same.
#[tokio::test]
async fn processor_time_that_is_used_up_ends_a_guest_that_waits_then() {
    let house = House::new();
    let module = command(
        "",
        "(local $rounds i32)
         (loop $on
           (local.set $rounds (i32.add (local.get $rounds) (i32.const 1)))
           (br_if $on (i32.lt_u (local.get $rounds) (i32.const 10000000))))
         (i32.store (i32.const 1040) (i32.const 1))
         (i64.store (i32.const 1048) (i64.const -1))
         (drop (call $poll (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 3000)))",
    );
    // Some milliseconds of work, and one of time: it sleeps before anybody has looked.
    let job = stopped_after(with_cpu_time(job(&module, json!({})), 1), 120_000);
    let outcome = house.runtime.run(&job).await;
    assert_eq!(outcome.status, Status::Limited, "{:?}", outcome.reason);
}

/// Others go on while guests are held that run the very same code.
#[tokio::test]
async fn who_has_no_limit_is_not_held_with_others() {
    let house = House::new();
    // For ever where it is given something to read.
    let filling = command(
        "",
        "(local $rounds i32) (local $for_ever i32) (drop (memory.grow (i32.const 15)))
         (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 1))
         (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
         (local.set $for_ever (i32.load (i32.const 8)))
         (loop $on
           (memory.fill (i32.const 0) (i32.const 7) (i32.const 0x100000))
           (local.set $rounds (i32.add (local.get $rounds) (i32.const 1)))
           (br_if $on (i32.or (local.get $for_ever) (i32.lt_u (local.get $rounds) (i32.const 2000)))))",
    );
    let (held, free) = (with_cpu(job(&filling, json!({})), 5), job(&filling, json!({})));
    let cancel = CancellationToken::new();
    let stdio = || Stdio::default().input("for ever");
    let hold = || house.runtime.run(&held).stdio(stdio()).cancel(cancel.clone()).into_future();
    let ((), first, second) = tokio::join!(
        async {
            for _ in 0..3 {
                let outcome = house.runtime.run(&free).await;
                assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.reason);
            }
            cancel.cancel();
        },
        hold(),
        hold()
    );
    for outcome in [first, second] {
        assert_eq!(outcome.status, Status::Cancelled, "{:?}", outcome.reason);
    }
}

#[tokio::test]
async fn the_clock_of_the_account_is_the_kernels() {
    let house = House::new();
    let before = of_this_process();
    let outcome = ran(&house, job(ENDLESS[0], json!({}))).await;
    let (used, all) = (usage(&outcome).cpu_ns, of_this_process() - before);
    // Other tests may run in this process; the guest's second of work is never more than all of it.
    assert!(used > 20_000_000 && used <= all, "{used} of {all}");
}

/// The processor time of all threads, in nanoseconds.
fn of_this_process() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    u64::try_from(time.tv_sec).unwrap() * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap()
}
