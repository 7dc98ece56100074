//! What components answer.

use bytes::Bytes;
use dayfly_core::Ending;
use http::Request;
use http_body_util::{BodyExt as _, Full};

use crate::guest::{component, hello};
use crate::place::{Place, Reports, text};

#[tokio::test]
async fn a_component_says_hello_and_touches_no_file() {
    let place = Place::new(hello()).await;
    for _ in 0..3 {
        let (answered, report) = place.get().await;
        assert_eq!(text(&answered), (200, "hello\n".to_owned()));
        assert_eq!((report.ending, report.reason), (Ending::Exited(0), None));
        assert!(
            report.usage.cpu_ns > 0 && report.usage.wall_ns > 0 && report.usage.peak_memory_bytes >= 131_072
        );
        assert_eq!(report.usage.file_operations, 0);
    }
    assert_eq!(place.scratch(), 0);
}

/// A body that is known as a whole is sent without chunks.
#[tokio::test]
async fn a_short_answer_is_whole_when_it_begins() {
    use http_body::Body as _;
    let (place, reports) = (Place::new(hello()).await, Reports::default());
    let answer =
        place.begin(Request::get("/").body(Full::<Bytes>::default()).unwrap(), &reports).await.unwrap();
    assert_eq!((answer.body().size_hint().exact(), answer.body().is_end_stream()), (Some(6), false));
    assert_eq!(reports.only().ending, Ending::Exited(0));
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "hello\n");
}

/// Servers that move their tasks between threads can use functions, too.
#[tokio::test(flavor = "multi_thread")]
async fn requests_may_be_answered_on_any_thread() {
    let place = Place::new(component("", ECHO)).await;
    let asked: Vec<_> = (0..20_usize)
        .map(|number| {
            let (function, reports) = (place.function.clone(), Reports::default());
            tokio::spawn(async move {
                let request = Request::post("/").body(Full::from(vec![b'x'; number * 10_000])).unwrap();
                let call = dayfly_wasm::Call::reporting(reports.told());
                let answer = function.call_with(request, call).await.unwrap();
                assert_eq!(answer.into_body().collect().await.unwrap().to_bytes().len(), number * 10_000);
                assert_eq!(reports.only().ending, Ending::Exited(0));
            })
        })
        .collect();
    for asked in asked {
        asked.await.unwrap();
    }
}

/// What it reads it writes back.
pub(crate) const ECHO: &str = "
    (call $consume (local.get $request) (i32.const 0))
    (local.set $count (i32.load (i32.const 4)))
    (call $input (local.get $count) (i32.const 0))
    (local.set $count (i32.load (i32.const 4)))
    (local.set $stream (call $begin (local.get $out) (i32.const 200)))
    (loop $on
      (global.set $next (i32.const 65536))
      (call $read (local.get $count) (i64.const 4096) (i32.const 0))
      (if (i32.eqz (i32.load (i32.const 0)))
        (then
          (call $write (local.get $stream) (i32.load (i32.const 4)) (i32.load (i32.const 8)))
          (br $on))))
    (call $finish (local.get $stream))";

#[tokio::test]
async fn bodies_go_through_in_pieces_both_ways() {
    let place = Place::new(component("", ECHO)).await;
    let all: Vec<u8> = (0..3_000_000_u32).map(|number| (number % 251) as u8).collect();
    let (answered, report) = place.ask(Request::post("/").body(Full::from(all.clone())).unwrap()).await;
    let (status, body) = answered.unwrap();
    assert!(status == 200 && body == all);
    assert_eq!(report.ending, Ending::Exited(0));
    assert!(report.usage.peak_memory_bytes < 1 << 20);
}

/// Nothing is written that nobody takes, and nothing is read that nobody asks for.
#[tokio::test]
async fn who_writes_waits_for_who_reads() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    let place = Place::new(component("", ECHO)).await;
    let taken = Arc::new(AtomicU64::new(0));
    let counted = taken.clone();
    let pieces = futures_util::stream::iter((0..1_000).map(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::convert::Infallible>(http_body::Frame::data(Bytes::from_static(&[b'x'; 4096])))
    }));
    let reports = Reports::default();
    let request = Request::post("/").body(http_body_util::StreamBody::new(pieces)).unwrap();
    let mut answer = place.begin(request, &reports).await.unwrap().into_body();
    assert!(taken.load(Ordering::Relaxed) < 10, "{taken:?}");
    for _ in 0..100 {
        assert_eq!(answer.frame().await.unwrap().unwrap().into_data().unwrap().len(), 4096);
    }
    assert!(taken.load(Ordering::Relaxed) < 110, "{taken:?}");
    drop(answer);
    assert_eq!(reports.only().ending, Ending::Cancelled);
}

/// An answer to HEAD has no body, and its guest comes to its end all the same.
#[tokio::test]
async fn nobody_reads_an_answer_to_head_and_its_guest_ends_well() {
    use http_body::Body as _;
    let (place, reports) = (Place::new(component("", ECHO)).await, Reports::default());
    let request = Request::head("/").body(Full::from(vec![b'x'; 1 << 20])).unwrap();
    let answer = place.begin(request, &reports).await.unwrap();
    assert!(answer.body().is_end_stream());
    assert_eq!(reports.only().ending, Ending::Exited(0));
}

/// Files are made for who asks for one, and are gone with the request.
#[tokio::test]
async fn private_folders_are_made_when_they_are_asked_for_and_gone_afterwards() {
    let place = Place::new(component(
        r#"(data (i32.const 1000) "made")"#,
        "(call $roots (i32.const 16))
         (call $mkdir (i32.load (i32.load (i32.const 16))) (i32.const 1000) (i32.const 4) (i32.const 24))
         ;; 200 if it could be made, and was not there: 201 otherwise.
         (local.set $stream (call $begin (local.get $out) (i32.add (i32.const 200) (i32.load8_u (i32.const 24)))))
         (call $finish (local.get $stream))",
    ))
    .await;
    for _ in 0..5 {
        let (answered, report) = place.get().await;
        assert_eq!(text(&answered), (200, String::new()));
        assert!(report.usage.file_operations > 0 && report.refusals.is_empty(), "{report:?}");
        assert_eq!(place.scratch(), 0);
    }
}
