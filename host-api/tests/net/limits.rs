//! What a guest may send, and what may be done for it.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use dayfly_host_api::Gate;
use dayfly_host_api::net::{Client, Denied, Error, Refusal, SendLimits, Settings};
use http::Method;

use crate::support::policy::Listed;
use crate::support::server::{Server, Then, answer, ok};
use crate::support::{SHORT, get, request, settings};

fn limited(limits: SendLimits) -> Client {
    Client::new(Settings { limits, ..settings(Listed::default()) })
}

#[tokio::test]
async fn the_request_that_would_cross_the_total_fails_and_no_byte_more_is_sent() {
    let server = Server::start(|_| ok("")).await;
    let denied = Denied { what: "the guest may send 5000 bytes".to_owned(), remedy: None };
    let client = limited(SendLimits { total: Some((5_000, denied.clone())), rate: None });
    let mut big = request(Method::PUT, &server.url("/"));
    big.body = vec![b'x'; 1_000].into();
    for _ in 0..4 {
        client.send(big.clone()).await.unwrap();
    }
    for _ in 0..3 {
        let failed = client.send(big.clone()).await;
        assert!(matches!(failed, Err(Error::Spent)), "{failed:?}");
    }
    assert_eq!(client.traffic().sent_bytes, 5_000);
    let refusals = client.refusals();
    assert!(
        matches!(&refusals[..], [Refusal { denied: same, count: 1.. }] if *same == denied),
        "{refusals:?}"
    );
    assert_eq!((server.seen().len(), client.failures().len()), (4, 0));
}

#[tokio::test]
async fn a_rate_makes_a_guest_wait() {
    let server = Server::start(|_| ok("")).await;
    let send = async |rate| {
        let client = limited(SendLimits { total: None, rate });
        let mut big = request(Method::PUT, &server.url("/"));
        big.body = vec![b'x'; 40_000].into();
        let began = Instant::now();
        client.send(big).await.unwrap();
        assert!((40_000..41_000).contains(&client.traffic().sent_bytes));
        began.elapsed()
    };
    send(None).await;
    // A tenth of a second's worth at once, and three tenths for the rest: time is what the rate is about.
    let took = send(Some(100_000)).await;
    assert!(took.as_millis() >= 250, "{took:?}");
}

/// A server may keep the client busy without ever coming to an answer. That is the guest's work, on its thread: it is held
/// and ended with the guest, and nothing is left to say that the network failed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_for_a_guest_is_held_and_ended_as_it_is() {
    let server = Server::start(|_| {
        let interim = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1_000);
        answer(interim, Then::Repeat)
    })
    .await;
    let gate = Arc::new(Gate::default());
    let client = Arc::new(Client::new(settings(Listed::default())));
    client.behind(gate.clone());
    let (url, sender) = (server.url("/"), client.clone());
    let sent = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(sender.send(get(&url)))
    });
    while client.traffic().received_bytes < 100_000 {
        tokio::task::yield_now().await;
    }
    gate.pause();
    while !gate.is_waited_at() {
        tokio::task::yield_now().await;
    }
    let held = client.traffic();
    tokio::time::sleep(SHORT).await;
    assert_eq!(client.traffic(), held);
    gate.open();
    while client.traffic().received_bytes == held.received_bytes {
        tokio::task::yield_now().await;
    }
    gate.close();
    let failed = sent.join().unwrap();
    assert!(matches!(failed, Err(Error::Http(_))), "{failed:?}");
    assert!(client.failures().is_empty() && client.refusals().is_empty());
}
