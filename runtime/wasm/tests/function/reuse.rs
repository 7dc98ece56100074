//! Instances that answer several requests.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use dayfly_core::Ending;
use dayfly_wasm::WasmExecutor;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use tokio::time::timeout;

use crate::guest3::{component, counts, going_on};
use crate::place::{Place, Reports, text, unwritten};
use crate::{guest, guest3};

/// Counts its requests, and answers none before there are so many; then each with 400 and as many.
fn waits_for(requests: u32) -> Vec<u8> {
    component(
        "(global $count (mut i32) (i32.const 0))",
        "(global.set $count (i32.add (global.get $count) (i32.const 1)))
         (call $wait (i64.const 1000000))",
        &format!(
            "(if (result i32) (i32.lt_u (global.get $count) (i32.const {requests}))
               (then (call $wait (i64.const 1000000)))
               (else (call $answer (i32.add (i32.const 400) (global.get $count)))))"
        ),
    )
}

async fn reused(module: Vec<u8>, requests: u32) -> Place {
    Place::with(module, |start| start.reuse = Some(requests)).await.unwrap()
}

fn get() -> Request<Full<Bytes>> {
    Request::get("http://example.org/").body(Full::default()).unwrap()
}

#[tokio::test]
async fn an_instance_answers_so_many_requests_and_then_there_is_a_fresh_one() {
    for module in [counts(), counts_in_0_2()] {
        let place = reused(module, 3).await;
        for round in 0..3 {
            for before in 0..3 {
                let (answered, report) = place.get().await;
                assert_eq!(text(&answered), (400 + before, "hello\n".to_owned()), "round {round}");
                assert_eq!((report.ending, report.reused), (Ending::Exited(0), u32::from(before)));
                assert!(report.usage.cpu_ns > 0 && report.usage.peak_memory_bytes > 0);
                assert_eq!(report.usage.instantiate_ns > 0, before == 0, "it is reported once");
            }
        }
        assert_eq!(place.function.free(), 8, "no slot is held by who has answered all");
    }
}

/// The same as [`counts`] as a component of 0.2.
fn counts_in_0_2() -> Vec<u8> {
    guest::component(
        r#"(data (i32.const 1000) "hello\n") (global $count (mut i32) (i32.const 399))"#,
        "(global.set $count (i32.add (global.get $count) (i32.const 1)))
         (local.set $stream (call $begin (local.get $out) (global.get $count)))
         (call $write (local.get $stream) (i32.const 1000) (i32.const 6))
         (call $finish (local.get $stream))",
    )
}

#[tokio::test]
async fn without_reuse_each_request_has_a_fresh_one() {
    for module in [counts(), counts_in_0_2()] {
        let place = Place::new(module).await;
        for _ in 0..3 {
            let (answered, report) = place.get().await;
            assert_eq!((text(&answered).0, report.reused), (400, 0));
        }
    }
}

/// What `scripts/bench.sh http` measures: it gives back all that it takes, so that one instance may answer many.
#[tokio::test]
async fn an_instance_that_keeps_nothing_answers_as_many_as_it_may() {
    let hello = include_bytes!("../../../../tests/guests/wat/p3_bench_http_hello.wat").to_vec();
    let place = reused(hello.clone(), 2_000).await;
    for before in 0..1_000 {
        let (answered, report) = place.get().await;
        assert_eq!(text(&answered), (200, "Hello, world!\n".to_owned()));
        assert_eq!((report.ending, report.reused), (Ending::Exited(0), before));
    }
    // All slots, all seats, and some that wait for one.
    let all = join_all((0..140).map(|_| place.get())).await;
    assert!(all.iter().all(|(answered, _)| text(answered).0 == 200));
    let place = Place::new(hello).await;
    assert_eq!(text(&place.get().await.0), (200, "Hello, world!\n".to_owned()));
}

#[tokio::test]
async fn what_was_written_and_refused_is_told_with_the_request_that_ends_next() {
    // Writes a line of its own length to standard error, and wants more memory than it may have.
    let writes = guest::component(
        r#"(data (i32.const 1000) "abcdefgh") (global $count (mut i32) (i32.const 0))"#,
        "(global.set $count (i32.add (global.get $count) (i32.const 1)))
         (call $write (call $stderr) (i32.const 1000) (global.get $count))
         (drop (memory.grow (i32.const 1000)))
         (call $finish (call $begin (local.get $out) (i32.const 200)))",
    );
    let place = Place::with(writes, |start| {
        start.reuse = Some(8);
        start.limits.memory = unwritten(1 << 20);
    });
    let place = place.await.unwrap();
    for count in 1..=8 {
        let (_, report) = place.get().await;
        assert_eq!(report.stderr.tail, b"abcdefgh"[..count]);
        assert_eq!((report.stderr.bytes, report.usage.written_bytes), (count as u64, count as u64));
        let [refused] = &report.refusals[..] else { panic!("{:?}", report.refusals) };
        assert_eq!(refused.count, 1);
    }
}

#[tokio::test]
async fn several_requests_are_in_an_instance_at_a_time() {
    let place = reused(waits_for(16), 100).await;
    let answered = join_all((0..16).map(|_| place.get())).await;
    assert!(answered.iter().all(|(answered, _)| text(answered).0 == 416));
    assert_eq!(place.function.free(), 7, "one instance waits for more");
    // The last of these finds no seat, and gets an instance of its own, which waits for others.
    let reports = Reports::default();
    let mut all = join_all((0..17).map(|_| place.begin(get(), &reports)));
    assert!(once(&mut all).await.is_pending());
    assert_eq!(place.function.free(), 6);
}

#[tokio::test]
async fn all_that_wait_for_seats_hear_of_those_that_come_free_at_once() {
    // Takes no more requests at first, and answers when there are four, for which it does not wait for ever.
    let closes = component(
        "(global $count (mut i32) (i32.const 0)) (global $closed (mut i32) (i32.const 1))
         (global $left (mut i32) (i32.const 400))",
        "(global.set $count (i32.add (global.get $count) (i32.const 1)))
         (if (i32.eq (global.get $count) (i32.const 1)) (then (call $close-door)))
         (call $wait (i64.const 30000000))",
        "(if (global.get $closed) (then (global.set $closed (i32.const 0)) (call $open-door)))
         (global.set $left (i32.sub (global.get $left) (i32.const 1)))
         (if (i32.eqz (global.get $left)) (then unreachable))
         (if (result i32) (i32.lt_u (global.get $count) (i32.const 4))
           (then (call $wait (i64.const 1000000)))
           (else (call $answer (i32.add (i32.const 400) (global.get $count)))))",
    );
    let place = reused(closes, 100).await;
    // Others have all slots but one.
    let waits = component("", "(call $wait (i64.const 5000000000000))", "(call $answer (i32.const 200))");
    let shared = place.beside(waits, |_| {}).await.unwrap();
    let reports = Reports::default();
    let mut waiting = Box::pin(join_all((0..7).map(|_| shared.call_with(get(), reports.call()))));
    assert!(once(&mut waiting).await.is_pending());
    assert_eq!(shared.free(), 1);
    // The first closes the door, and the second finds it closed; the others don't get so far. Each is woken for itself.
    let mut all: FuturesUnordered<_> = (0..4).map(|_| Box::pin(place.get())).collect();
    while let Some((answered, _)) = all.next().await {
        assert_eq!(text(&answered).0, 404);
    }
}

/// Polls it once.
async fn once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}

#[tokio::test]
async fn one_of_0_2_answers_one_at_a_time() {
    let waits = guest::component(
        "",
        "(call $block (call $after (i64.const 5000000)))
         (call $finish (call $begin (local.get $out) (i32.const 200)))",
    );
    let place = reused(waits, 100).await;
    let answered = join_all((0..4).map(|_| place.get())).await;
    assert!(answered.iter().all(|(_, report)| report.reused == 0));
    let answered = join_all((0..4).map(|_| place.get())).await;
    assert!(answered.iter().all(|(_, report)| report.reused == 1));
}

#[tokio::test]
async fn one_of_0_2_that_goes_on_after_its_answer_gets_no_request_meanwhile() {
    let goes_on = guest::component(
        r#"(data (i32.const 1000) "hello\n")"#,
        "(local.set $stream (call $begin (local.get $out) (i32.const 200)))
         (call $write (local.get $stream) (i32.const 1000) (i32.const 6))
         (call $finish (local.get $stream))
         (call $block (call $after (i64.const 5000000000000)))",
    );
    let place = reused(goes_on, 100).await;
    // More than there are slots: those who go on make room.
    for _ in 0..10 {
        let reports = Reports::default();
        let mut body = place.begin(get(), &reports).await.unwrap().into_body();
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "hello\n");
        // It is whole, and the guest goes on behind it.
        assert!(timeout(Duration::from_millis(50), body.frame()).await.is_err());
        drop(body);
        let report = reports.only();
        assert_eq!((report.ending, report.reused), (Ending::Exited(0), 0));
    }
}

#[tokio::test]
async fn a_trap_ends_the_instance_and_all_that_is_in_it() {
    // The third request traps while the others wait.
    let place = reused(
        component(
            "(global $count (mut i32) (i32.const 0))",
            "(global.set $count (i32.add (global.get $count) (i32.const 1)))
             (if (i32.eq (global.get $count) (i32.const 3)) (then unreachable))
             (call $wait (i64.const 5000000000))",
            "(call $answer (i32.const 200))",
        ),
        100,
    )
    .await;
    for (answered, report) in join_all((0..3).map(|_| place.get())).await {
        assert_eq!(answered.unwrap_err().status, 500);
        assert!(matches!(report.ending, Ending::Trapped(_)), "{report:?}");
    }
    assert_eq!(place.function.free(), 8);
    // What comes next has a fresh one.
    let reports = Reports::default();
    let mut answer = Box::pin(place.begin(get(), &reports));
    assert!(once(&mut answer).await.is_pending());
    drop(answer);
    assert_eq!(reports.only().reused, 0);
}

#[tokio::test]
async fn who_gives_up_does_so_alone_and_the_instance_gets_no_more() {
    let place = reused(waits_for(3), 100).await;
    let reports = Reports::default();
    let mut gives_up = Box::pin(place.begin(get(), &reports));
    assert!(once(&mut gives_up).await.is_pending());
    drop(gives_up);
    assert_eq!(reports.only().ending, Ending::Cancelled);
    assert_eq!(place.function.free(), 8, "nobody else was there");
    let mut gives_up = Box::pin(place.begin(get(), &reports));
    assert!(once(&mut gives_up).await.is_pending());
    let mut others = Box::pin(join_all((0..2).map(|_| place.get())));
    assert!(once(&mut others).await.is_pending());
    drop(gives_up);
    assert_eq!(place.function.free(), 7, "others are there");
    assert!(others.await.iter().all(|(answered, _)| text(answered).0 == 403));
    assert_eq!(place.function.free(), 8);
}

#[tokio::test]
async fn time_is_each_requests_own_and_processor_time_too() {
    let spins = || component("", "(loop $on (br $on)) unreachable", "unreachable");
    let place = Place::with(spins(), |start| {
        start.reuse = Some(100);
        start.limits.timeout = Some(unwritten(Duration::from_millis(30)));
    });
    let place = place.await.unwrap();
    for (answered, report) in join_all((0..3).map(|_| place.get())).await {
        assert_eq!((answered.unwrap_err().status.as_u16(), report.ending), (504, Ending::TimedOut));
    }
    assert_eq!(place.function.free(), 8);
    let place = Place::with(spins(), |start| {
        start.reuse = Some(100);
        start.limits.cpu_time = Some(unwritten(Duration::from_millis(20)));
    });
    let place = place.await.unwrap();
    let (answered, report) = place.get().await;
    assert_eq!(answered.unwrap_err().status.as_u16(), 504);
    assert!(matches!(report.ending, Ending::Limited(_)), "{report:?}");
    assert!(report.usage.cpu_ns >= 20_000_000);
    assert_eq!(place.function.free(), 8);
}

#[tokio::test]
async fn one_that_computes_after_its_answer_is_ended() {
    let module =
        going_on("", "(call $answer (i32.const 200))", "unreachable", "(loop $on (br $on)) unreachable");
    let place = reused(module, 100).await;
    let (answered, report) = place.get().await;
    assert_eq!((text(&answered).0, report.ending), (200, Ending::Exited(0)));
    while place.function.free() < 8 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn one_that_waits_goes_when_its_function_does_or_somebody_needs_its_room() {
    let place = reused(counts(), 100).await;
    assert_eq!(text(&place.get().await.0).0, 400);
    assert_eq!(place.function.free(), 7);
    let other = place.function.clone();
    // Eight that wait for long want all slots there are.
    let waits =
        guest3::component("", "(call $wait (i64.const 5000000000))", "(call $answer (i32.const 200))");
    let shared = place.beside(waits, |_| {}).await.unwrap();
    let (reports, calls) = (Reports::default(), 0..8);
    let mut waiting = Box::pin(join_all(calls.map(|_| shared.call_with(get(), reports.call()))));
    assert!(once(&mut waiting).await.is_pending());
    assert_eq!(shared.free(), 0);
    assert!(reports.0.lock().unwrap().is_empty(), "none was sent away");
    drop(waiting);
    assert_eq!(text(&place.get().await.0).0, 400, "the one that waited is gone");
    drop(place);
    assert_eq!(other.free(), 7, "there is another clone");
    let free = shared.free();
    drop(other);
    assert_eq!(shared.free(), free + 1);
}

#[tokio::test]
async fn one_that_waits_for_too_long_ends() {
    let idle = Duration::from_millis(20);
    for module in [counts(), counts_in_0_2()] {
        let builder = WasmExecutor::builder().idle(idle);
        let place = Place::on(builder, module, |start| start.reuse = Some(100)).await.unwrap();
        assert_eq!(text(&place.get().await.0).0, 400);
        let begun = Instant::now();
        while place.function.free() < 8 {
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not end");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(begun.elapsed() + Duration::from_millis(5) >= idle, "it waits, too");
        assert_eq!(text(&place.get().await.0).0, 400, "what comes next has a fresh one");
    }
    // Where nobody says otherwise that is longer than this.
    let place = reused(counts(), 100).await;
    assert_eq!(text(&place.get().await.0).0, 400);
    tokio::time::sleep(5 * idle).await;
    assert_eq!(text(&place.get().await.0).0, 401);
}

/// Does not take it well to be woken.
struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("as told")
    }
}

#[tokio::test]
async fn a_panic_ends_the_instance_and_all_that_is_in_it() {
    // Whoever polls the instance when it answers the first request panics: one of the others, or its own task.
    let place = reused(waits_for(3), 100).await;
    let reports = Reports::default();
    let mut first = Box::pin(place.begin(get(), &reports));
    let waker = Waker::from(Arc::new(Panics));
    assert!(first.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let others = join_all((0..2).map(|_| AssertUnwindSafe(place.get()).catch_unwind())).await;
    let (answered, panicked): (Vec<_>, Vec<_>) = others.into_iter().partition(Result::is_ok);
    assert!(panicked.len() <= 1);
    for (answered, report) in answered.into_iter().flatten() {
        let failed = answered.unwrap_err();
        assert_eq!(failed.status, 500);
        assert!(
            failed.reason.contains("panicked") && matches!(report.ending, Ending::Fault(_)),
            "{failed:?}"
        );
    }
    drop(first);
    assert_eq!(place.function.free(), 8);
    // What comes next has a fresh one.
    let answered = join_all((0..3).map(|_| place.get())).await;
    assert!(answered.iter().all(|(answered, _)| text(answered).0 == 403));
}

#[tokio::test]
async fn bodies_come_through_however_slowly_they_are_taken() {
    let place = reused(counts(), 100).await;
    let reports = Reports::default();
    let mut slow = Vec::new();
    for _ in 0..4 {
        slow.push(place.begin(get(), &reports).await.unwrap());
    }
    for _ in 0..4 {
        assert_eq!(text(&place.get().await.0).1, "hello\n");
    }
    for answer in slow {
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "hello\n");
    }
    assert_eq!(reports.0.lock().unwrap().len(), 4);
}

#[test]
fn requests_of_several_threads_get_instances_of_their_own() {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(3).enable_all().build().unwrap();
    let place = Arc::new(tokio.block_on(reused(counts(), 1_000)));
    let answered = tokio.block_on(async {
        let each = (0..8).map(|_| {
            let place = place.clone();
            tokio::spawn(async move {
                let mut statuses = Vec::new();
                for _ in 0..50 {
                    statuses.push(text(&place.get().await.0).0);
                }
                statuses
            })
        });
        join_all(each).await
    });
    let statuses: Vec<u16> = answered.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(statuses.len(), 400);
    let fresh = statuses.iter().filter(|&&status| status == 400).count();
    assert!((1..=8).contains(&fresh), "{fresh}");
}
