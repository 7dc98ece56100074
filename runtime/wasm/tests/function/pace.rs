//! Guests that compute, and what else there is on their thread.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use dayfly_wasm::Call;
use http::Request;
use http_body_util::Full;

use crate::guest::component;
use crate::place::{Place, Reports};

/// What was polled, in order: guests by their letters, and a point whenever everything that was ready had a turn.
type Log = Arc<Mutex<Vec<char>>>;

#[tokio::test]
async fn those_that_keep_on_share_one_turn_in_each_round() {
    let place = Place::new(component("", "(loop $on (br $on))")).await;
    let (log, reports) = (Log::default(), Reports::default());
    let mut tasks = Vec::new();
    for name in ['a', 'b', 'c'] {
        let request = Request::get("/").body(Full::<Bytes>::default()).unwrap();
        let mut call = Box::pin(place.function.call_with(request, Call::reporting(reports.told())));
        let log = log.clone();
        tasks.push(tokio::spawn(async move {
            let polled = poll_fn(|cx| {
                log.lock().unwrap().push(name);
                call.as_mut().poll(cx)
            });
            assert!(polled.await.is_err());
        }));
    }
    loop {
        tokio::task::yield_now().await;
        let mut log = log.lock().unwrap();
        log.push('.');
        if ['a', 'b', 'c'].iter().all(|name| log.iter().filter(|&other| other == name).count() >= 70) {
            break;
        }
    }
    for task in &tasks {
        task.abort();
    }
    let log: String = log.lock().unwrap().iter().collect();
    // No guest goes twice before all else that was ready went.
    for round in log.split('.') {
        let mut times = HashMap::new();
        round.chars().for_each(|name| *times.entry(name).or_insert(0) += 1);
        assert!(times.values().all(|&times| times == 1), "{log}");
    }
    // After a while they go one at a time, and one after the other.
    let kept_on = |name| log.match_indices(name).nth(55).map_or(log.len(), |(at, _)| at);
    let later = &log[['a', 'b', 'c'].into_iter().map(kept_on).max().unwrap()..];
    assert!(later.split('.').all(|round| round.len() <= 1), "{later}");
    let order: Vec<char> = later.chars().filter(|&name| name != '.').collect();
    assert!(order.len() > 30, "{log}");
    assert!(
        order.windows(4).all(|some| some[0] == some[3] && some[0] != some[1] && some[1] != some[2]),
        "{later}"
    );
}
