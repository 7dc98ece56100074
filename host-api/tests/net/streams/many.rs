//! Several requests of one guest at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dayfly_host_api::net::{Client, Error, Settings};
use http::{Method, Response};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{bare, failed, open};
use crate::support::body::rest;
use crate::support::policy::Listed;
use crate::support::server::{Server, Then, answer, ok};
use crate::support::tls::{own, settings, two};
use crate::support::{LONG, SHORT, client};

/// What is under way at a time, at most.
const AT_A_TIME: usize = 64;

#[tokio::test]
async fn all_are_answered_and_no_more_than_may_be_are_under_way() {
    let server = Server::start(|_| ok("hi")).await;
    let client = Arc::new(client(Listed::default()));
    let mut requests = JoinSet::new();
    for _ in 0..300 {
        let (client, url) = (client.clone(), server.url("/"));
        requests.spawn(async move {
            let (answer, _) = open(&client, bare(Method::GET, &url)).await.unwrap();
            rest(answer.into_body()).await.0
        });
    }
    while let Some(done) = requests.join_next().await {
        assert_eq!(done.unwrap(), "hi");
        assert!(server.open() <= 2 * AT_A_TIME, "{}", server.open());
    }
    assert_eq!((server.seen().len(), client.failures()), (300, vec![]));
    let few = async {
        while server.open() > 16 {
            tokio::time::sleep(SHORT / 10).await;
        }
    };
    tokio::time::timeout(LONG, few).await.unwrap();
}

#[tokio::test]
async fn who_leaves_too_many_answers_unread_is_refused_more() {
    let text = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi";
    let server = Server::start(move |_| answer(text, Then::Hang)).await;
    let client = client(Listed::default());
    let mut unread = Vec::new();
    for _ in 0..AT_A_TIME {
        unread.push(open(&client, bare(Method::GET, &server.url("/"))).await.unwrap());
    }
    let timeouts = dayfly_host_api::net::Timeouts { connect: Some(SHORT), ..Default::default() };
    let full = failed(client.open(bare(Method::GET, &server.url("/")), timeouts).await);
    assert!(matches!(full, Error::Full(_)), "{full:?}");
    unread.pop();
    open(&client, bare(Method::GET, &server.url("/"))).await.unwrap();
}

#[tokio::test]
async fn one_connection_carries_them_over_http_2() {
    let most = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let counted = most.clone();
    let place = two(move |_, mut respond| {
        let counted = counted.clone();
        async move {
            let now = counted.0.fetch_add(1, Ordering::Relaxed) + 1;
            counted.1.fetch_max(now, Ordering::Relaxed);
            tokio::time::sleep(SHORT / 10).await;
            counted.0.fetch_sub(1, Ordering::Relaxed);
            let mut answer = respond.send_response(Response::new(()), false).unwrap();
            answer.send_data("hi".into(), true).unwrap();
        }
    })
    .await;
    let client = Arc::new(Client::new(settings(own())));
    let url = format!("{place}/");
    open(&client, bare(Method::GET, &url)).await.unwrap();
    let mut requests = JoinSet::new();
    for _ in 0..200 {
        let (client, url) = (client.clone(), url.clone());
        requests.spawn(async move {
            let (answer, _) = open(&client, bare(Method::GET, &url)).await.unwrap();
            rest(answer.into_body()).await.0
        });
    }
    while let Some(done) = requests.join_next().await {
        assert_eq!(done.unwrap(), "hi");
    }
    assert_eq!(client.traffic().operations, 202, "201 requests and a connection");
    let most = most.1.load(Ordering::Relaxed);
    assert!(most > 1 && most <= AT_A_TIME, "{most}");
}

/// All of them begin before it is known that one connection is enough.
#[tokio::test]
async fn requests_that_begin_together_share_a_connection_once_there_is_one() {
    let place = two(|_, mut respond| async move {
        let mut answer = respond.send_response(Response::new(()), false).unwrap();
        answer.send_data("hi".into(), true).unwrap();
    })
    .await;
    let client = Arc::new(Client::new(settings(own())));
    let mut requests = JoinSet::new();
    for _ in 0..50 {
        let (client, url) = (client.clone(), format!("{place}/"));
        requests.spawn(async move {
            let (answer, _) = open(&client, bare(Method::GET, &url)).await.unwrap();
            rest(answer.into_body()).await.0
        });
    }
    while let Some(done) = requests.join_next().await {
        assert_eq!(done.unwrap(), "hi");
    }
    assert_eq!(client.failures(), []);
}

/// Where too many connections are kept they are closed, but not those that are in use.
#[tokio::test]
async fn an_answer_goes_on_while_others_connections_are_closed() {
    let place = two(|_, mut respond| async move {
        let mut answer = respond.send_response(Response::new(()), false).unwrap();
        answer.send_data("begin".into(), false).unwrap();
        tokio::time::sleep(SHORT * 3).await;
        answer.send_data(", end".into(), true).unwrap();
    })
    .await;
    let client = Client::new(settings(own()));
    let (slow, _) = open(&client, bare(Method::GET, &format!("{place}/"))).await.unwrap();
    for _ in 0..40 {
        let server = Server::start(|_| ok("")).await;
        open(&client, bare(Method::GET, &server.url("/"))).await.unwrap();
    }
    assert_eq!(rest(slow.into_body()).await.0, "begin, end");
}

#[tokio::test]
async fn open_files_are_shared_with_connections() {
    let (one, two) = (Server::start(|_| ok("")).await, Server::start(|_| ok("")).await);
    let handles = Arc::new(Semaphore::new(1));
    let settings = Settings { handles: Some(handles.clone()), ..crate::support::settings(Listed::default()) };
    let client = Client::new(settings);
    open(&client, bare(Method::GET, &one.url("/"))).await.unwrap();
    let full = failed(open(&client, bare(Method::GET, &two.url("/"))).await);
    assert!(matches!(full, Error::Full(_)), "{full:?}");
    drop(client);
    one.until_open(0).await;
    assert_eq!(handles.available_permits(), 1);
}
