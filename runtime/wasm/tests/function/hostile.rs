//! Guests that do what no guest should do, and what becomes of their requests.

use std::future::Future;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use dayfly_core::{Ending, Limits};
use dayfly_wasm::{Call, WasmExecutor};
use http::Request;
use http_body_util::{BodyExt as _, Full};

use crate::answers::ECHO;
use crate::guest::{component, hello};
use crate::place::{Place, Reports, text, unwritten};

fn get() -> Request<Full<Bytes>> {
    Request::get("http://example.org/").body(Full::default()).unwrap()
}

/// Says "a", without an end.
const HALF: &str = r#"(local.set $stream (call $begin (local.get $out) (i32.const 200)))
    (call $write (local.get $stream) (i32.const 1000) (i32.const 1))"#;
const DATA: &str = r#"(data (i32.const 1000) "abcd")"#;
/// Answers in more pieces than are held for anybody.
const LONG: &str = r#"(local.set $stream (call $begin (local.get $out) (i32.const 200)))
    (local.set $count (i32.const 100))
    (loop $on
      (call $write (local.get $stream) (i32.const 1000) (i32.const 4))
      (br_if $on (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))"#;
const SECOND: &str = "(call $set (local.get $out) (i32.const 0) (call $response (call $fields)) (i32.const 0)
    (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))";

#[tokio::test]
async fn what_fails_before_its_answer_begins_has_a_status() {
    let deep = "(func $deep (call $deep) (call $deep))";
    let trapped = |report: &Ending| matches!(report, Ending::Trapped(_));
    let exited = |report: &Ending| matches!(report, Ending::Exited(_));
    for (items, handle, status, reason, ending) in [
        ("", "unreachable".to_owned(), 500, "unreachable", trapped as fn(&Ending) -> bool),
        (deep, "(call $deep)".to_owned(), 500, "call stack exhausted", trapped),
        ("", "(drop (i32.load (i32.const -4)))".to_owned(), 500, "out of bounds", trapped),
        ("", String::new(), 502, "without an answer", exited),
        ("", "(call $exit (i32.const 1))".to_owned(), 502, "exited with 1", exited),
        // Twice: the first is gone where the second is given.
        (DATA, format!("{HALF} (call $finish (local.get $stream)) {SECOND}"), 500, "handle", trapped),
        (DATA, format!("{HALF} unreachable"), 500, "unreachable", trapped),
        // Half a body.
        (DATA, HALF.to_owned(), 502, "gave up on its answer", exited),
        // An error for an answer: HTTP-request-denied.
        (
            "",
            "(call $set (local.get $out) (i32.const 1) (i32.const 15) (i32.const 0) (i64.const 0) (i32.const 0)
               (i32.const 0) (i32.const 0) (i32.const 0))"
                .to_owned(),
            502,
            "HttpRequestDenied",
            exited,
        ),
    ] {
        let place = Place::new(component(items, &handle)).await;
        let (answered, report) = place.get().await;
        let failed = answered.expect_err(&handle);
        assert_eq!(failed.status, status, "{handle}: {failed:?}");
        assert!(failed.reason.contains(reason), "{handle}: {failed:?}");
        assert!(ending(&report.ending) && ending(&failed.ending), "{handle}: {report:?}");
        // Nothing is left of it.
        assert_eq!(place.function.free(), 8);
    }
}

#[tokio::test]
async fn an_answer_that_has_begun_ends_with_what_went_wrong() {
    for (rest, why) in [("unreachable", "unreachable"), ("", "gave up")] {
        let place = Place::new(component(DATA, &format!("{LONG} {rest}"))).await;
        let reports = Reports::default();
        let mut answer = place.begin(get(), &reports).await.unwrap().into_body();
        let (mut bytes, mut broken) = (0, None);
        while let Some(frame) = answer.frame().await {
            match frame {
                Ok(frame) => bytes += frame.data_ref().unwrap().len(),
                Err(error) => broken = Some(error),
            }
        }
        assert!(bytes == 400 && broken.unwrap().to_string().contains(why), "{bytes}");
        reports.only();
    }
}

#[tokio::test]
async fn who_never_answers_has_no_more_time_than_it_may_have() {
    let waits = "(call $block (call $after (i64.const 100000000000)))";
    let computes = "(loop $on (br $on))";
    for handle in [waits.to_owned(), computes.to_owned(), format!("{LONG} {computes}")] {
        let place = Place::with(component(DATA, &handle), |start| {
            start.limits.timeout = Some(unwritten(Duration::from_millis(50)));
        });
        let place = place.await.unwrap();
        let (answered, report) = place.get().await;
        match answered {
            Err(failed) => assert_eq!(failed.status, 504, "{handle}"),
            Ok((200, body)) => assert!(body.starts_with(b"broken: "), "{handle}"),
            other => panic!("{handle}: {other:?}"),
        }
        assert_eq!(report.ending, Ending::TimedOut, "{handle}");
        assert!(report.usage.wall_ns >= 50_000_000);
    }
}

#[tokio::test]
async fn processor_time_is_counted_and_bounded() {
    let place = Place::with(component("", "(loop $on (br $on))"), |start| {
        start.limits.cpu_time = Some(unwritten(Duration::from_millis(20)));
    });
    let (answered, report) = place.await.unwrap().get().await;
    let failed = answered.unwrap_err();
    assert_eq!(failed.status, 504);
    assert!(failed.reason.contains("processor time") && matches!(report.ending, Ending::Limited(_)));
    assert!(report.usage.cpu_ns >= 20_000_000);
}

/// Two requests on one thread: the one that computes for ever does not keep the other one.
#[tokio::test(flavor = "current_thread")]
async fn who_computes_lets_others_go_on() {
    let endless = Place::with(component("", "(loop $on (br $on))"), |start| {
        start.limits.timeout = Some(unwritten(Duration::from_secs(5)));
    });
    let (endless, hello) = (endless.await.unwrap(), Place::new(hello()).await);
    let mut spinning = std::pin::pin!(endless.get());
    let mut said = std::pin::pin!(async {
        for _ in 0..20 {
            assert_eq!(text(&hello.get().await.0).0, 200);
            tokio::task::yield_now().await;
        }
    });
    tokio::select! {
        _ = &mut spinning => panic!("it should have been over much later"),
        () = &mut said => {}
    }
}

#[tokio::test]
async fn memory_over_the_limit_is_refused_and_named() {
    let grow = "(if (i32.eq (memory.grow (i32.const 100)) (i32.const -1)) (then unreachable))";
    let place = Place::with(component("", grow), |start| {
        start.limits.memory = unwritten(1 << 20);
    });
    let (answered, report) = place.await.unwrap().get().await;
    let failed = answered.unwrap_err();
    assert_eq!(failed.status, 507);
    assert!(failed.reason.contains("bytes of memory in all"), "{failed:?}");
    assert_eq!(report.refusals.len(), 1);
    // What it needs to start.
    let place = Place::with(hello(), |start| start.limits.memory = unwritten(1000)).await.unwrap();
    let (answered, _) = place.get().await;
    assert_eq!(answered.unwrap_err().status, 507);
}

#[tokio::test]
async fn a_flood_of_messages_has_an_end_and_its_tail_is_kept() {
    let flood = "(local.set $stream (call $stderr))
        (local.set $count (i32.const 1000))
        (loop $on
          (call $put (local.get $stream) (i32.const 1000) (i32.const 4096) (i32.const 0))
          (br_if $on (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
        (local.set $stream (call $begin (local.get $out) (i32.const 200)))
        (call $finish (local.get $stream))";
    let place = Place::with(component(DATA, flood), |start| {
        start.limits = Limits { output: 1_000_000, ..start.limits.clone() };
    });
    let (answered, report) = place.await.unwrap().get().await;
    assert_eq!(text(&answered).0, 200);
    assert_eq!((report.stderr.bytes, report.stderr.tail.len()), (1_000_000, 4096));
    assert!(report.refusals[0].what.contains("standard error"), "{:?}", report.refusals);
}

/// A guest that changes all that it has: a global, memory, what memory grows by, a table. None of it is there for the next
/// one, of as many as `DAYFLY_SOAK` says: 200 for each, which is 5 otherwise.
#[tokio::test]
async fn nothing_of_a_request_is_there_for_the_next_one() {
    let items = "(global $mark (mut i32) (i32.const 0))
        (table $table 4 funcref)
        (elem declare func $some)
        (func $some)
        (func $is-used (param $at i32) (param $end i32) (result i32) (local $all i64)
          (loop $on
            (local.set $all (i64.or (local.get $all) (i64.load (local.get $at))))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $on (i32.lt_u (local.get $at) (local.get $end))))
          (i64.ne (local.get $all) (i64.const 0)))";
    let look = "
        (local.set $stream (call $begin (local.get $out) (i32.const 200)))
        (if (i32.or
              (i32.or (global.get $mark) (call $is-used (i32.const 1000) (i32.const 131072)))
              (i32.or (i32.eqz (ref.is_null (table.get $table (i32.const 1))))
                      (i32.ne (memory.size) (i32.const 2))))
          (then unreachable))
        (global.set $mark (i32.const 1))
        (table.set $table (i32.const 1) (ref.func $some))
        (drop (table.grow $table (ref.null func) (i32.const 10)))
        (drop (memory.grow (i32.const 20)))
        (if (call $is-used (i32.const 131072) (i32.const 1441792)) (then unreachable))
        (memory.fill (i32.const 1000) (i32.const 255) (i32.const 1440792))
        (call $finish (local.get $stream))";
    let soak: usize = std::env::var("DAYFLY_SOAK").map_or(5, |soak| soak.parse().unwrap());
    // Half of them with what the kernel says of touched pages, where it does, and half without.
    for scans in [true, false] {
        let builder = WasmExecutor::builder().scan_pages(scans);
        let place = Place::on(builder, component(items, look), |_| {}).await.unwrap();
        for _ in 0..100 * soak {
            let (answered, report) = place.get().await;
            assert_eq!(text(&answered).0, 200, "{scans}: {report:?}");
        }
    }
}

/// To go away is to end the guest, whenever that is: each time one poll later.
#[tokio::test]
async fn whoever_goes_away_ends_the_guest_and_is_told_once() {
    let place = Place::new(component("", ECHO)).await;
    let body = || {
        let pieces = (0..4).map(|_| Ok::<_, std::convert::Infallible>(Bytes::from_static(b"piece")));
        let pieces = futures_util::stream::iter(pieces.map(|piece| piece.map(http_body::Frame::data)));
        // One piece a poll.
        let slow = futures_util::StreamExt::then(pieces, |piece| async {
            tokio::task::yield_now().await;
            piece
        });
        http_body_util::StreamBody::new(slow)
    };
    for polls in 0..60 {
        let (reports, mut left) = (Reports::default(), polls);
        let mut cx = Context::from_waker(Waker::noop());
        {
            let request = Request::post("/").body(body()).unwrap();
            let mut call = Box::pin(place.function.call_with(request, Call::reporting(reports.told())));
            let mut answer = None;
            while left > 0 && answer.is_none() {
                left -= 1;
                if let Poll::Ready(answered) = call.as_mut().poll(&mut cx) {
                    answer = Some(answered.unwrap().into_body());
                }
            }
            while let Some(answer) = answer.as_mut().filter(|_| left > 0) {
                left -= 1;
                let _ = http_body::Body::poll_frame(std::pin::Pin::new(answer), &mut cx);
            }
        }
        let report = reports.only();
        assert!(matches!(report.ending, Ending::Cancelled | Ending::Exited(0)), "{polls}: {report:?}");
        assert_eq!(place.function.free(), 8, "{polls}");
    }
}

/// A request whose body fails is told to its guest, and to nobody else.
#[tokio::test]
async fn a_request_that_is_cut_off_is_the_guests_to_deal_with() {
    let (place, reports) = (Place::new(component("", ECHO)).await, Reports::default());
    let pieces = [Ok(http_body::Frame::data(Bytes::from_static(b"abc"))), Err(std::io::Error::other("gone"))];
    let request =
        Request::post("/").body(http_body_util::StreamBody::new(futures_util::stream::iter(pieces)));
    let answer = place.begin(request.unwrap(), &reports).await.unwrap();
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "abc");
    assert_eq!(reports.only().ending, Ending::Exited(0));
}
