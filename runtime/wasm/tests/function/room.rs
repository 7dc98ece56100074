//! Room for requests, and modules that are none that answer any.

use std::time::Duration;

use bytes::Bytes;
use dayfly_core::Ending;
use http::Request;
use http_body_util::Full;

use crate::guest::{cgi, component, hello};
use crate::place::{Place, Reports, text};

const WAITS: &str = "(call $block (call $after (i64.const 100000000000)))";

fn get() -> Request<Full<Bytes>> {
    Request::get("/").body(Full::default()).unwrap()
}

#[tokio::test]
async fn where_the_pool_is_full_requests_wait_and_are_sent_away_in_the_end() {
    for concurrency in [None, Some(3)] {
        let place = Place::with(component("", WAITS), |start| start.concurrency = concurrency).await.unwrap();
        let most = concurrency.unwrap_or(8);
        assert_eq!(place.function.free(), most);
        let (reports, late) = (Reports::default(), Reports::default());
        let waiting = futures_util::future::join_all((0..most).map(|_| place.begin(get(), &reports)));
        tokio::select! {
            _ = waiting => panic!("they wait for longer than this"),
            failed = async {
                while place.function.free() > 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                place.begin(get(), &late).await
            } => assert_eq!(failed.unwrap_err().status, 503),
        }
        assert!(matches!(late.only().ending, Ending::Limited(_)));
        assert_eq!(reports.0.lock().unwrap().len(), most, "those that were dropped are reported");
        assert_eq!(place.function.free(), most);
    }
}

#[tokio::test]
async fn a_module_that_is_too_large_for_the_pool_runs_all_the_same() {
    // Three memories where the pool has two for each.
    let place = Place::new(cgi(
        r#"(memory 1) (memory 1) (data (memory 0) (i32.const 1000) "Status: 204\n\n")"#,
        "(call $print (i32.const 1) (i32.const 1000) (i32.const 13))",
    ))
    .await;
    assert!(place.function.warnings()[0].contains("too large"), "{:?}", place.function.warnings());
    assert_eq!(text(&place.get().await.0), (204, String::new()));
    assert!(Place::new(hello()).await.function.warnings().is_empty());
}

#[tokio::test]
async fn what_answers_no_requests_is_refused() {
    let command = br#"(component (core module $m (func (export "run") (result i32) i32.const 0))
        (core instance $i (instantiate $m)) (func $run (result (result)) (canon lift (core func $i "run")))
        (instance $c (export "run" (func $run))) (export "wasi:cli/run@0.2.0" (instance $c)))"#;
    for (module, why) in [
        (command.to_vec(), "wasi:http/incoming-handler"),
        (b"(module)".to_vec(), "_start"),
        (b"nonsense".to_vec(), "not a WebAssembly module"),
    ] {
        match Place::with(module, |_| {}).await.map(|_| ()) {
            Err(Ending::Invalid(said)) => assert!(said.contains(why), "{said}"),
            other => panic!("{why}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_has_no_effect_on_requests_is_told() {
    let place = Place::with(cgi("", ""), |start| {
        start.limits.cpu = Some(crate::place::unwritten(500));
        start.reuse = Some(8);
    });
    let place = place.await.unwrap();
    let warnings = place.function.warnings();
    assert!(
        warnings.len() == 2 && warnings.iter().all(|warning| warning.contains("no effect")),
        "{warnings:?}"
    );
}
