//! How long each part may take.

use std::time::Duration;

use dayfly_host_api::net::{Client, Error, Servers, Settings, Timeouts};
use http::Method;
use http_body_util::BodyExt as _;
use tokio::io::AsyncWriteExt as _;

use super::{bare, failed};
use crate::support::body::{piece, rest};
use crate::support::dns::{Dns, Found};
use crate::support::policy::Listed;
use crate::support::raw::{listen, read_until};
use crate::support::server::{Server, Then, answer};
use crate::support::{LONG, SHORT, client, settings};

const CONNECT: Timeouts =
    Timeouts { connect: Some(SHORT), first_byte: Some(LONG), between_bytes: Some(LONG) };
const FIRST: Timeouts = Timeouts { connect: Some(LONG), first_byte: Some(SHORT), between_bytes: Some(LONG) };
const BETWEEN: Timeouts =
    Timeouts { connect: Some(LONG), first_byte: Some(LONG), between_bytes: Some(SHORT) };

#[tokio::test]
async fn resolving_and_tls_are_part_of_connecting() {
    let dns = Dns::start(|_, _, _| Found::Silence).await;
    let client =
        Client::new(Settings { servers: Servers::These(vec![dns.address]), ..settings(Listed::default()) });
    let silent = listen(|mut stream| async move { drop(read_until(&mut stream, "never").await) }).await;
    for url in ["http://silent.test/".to_owned(), format!("https://{silent}/")] {
        let failed = failed(client.open(bare(Method::GET, &url), CONNECT).await);
        let is_timeout = matches!(&failed, Error::Connect(why) if why.kind() == std::io::ErrorKind::TimedOut);
        assert!(is_timeout, "{url}: {failed:?}");
    }
    assert_eq!(client.failures().len(), 2);
}

#[tokio::test]
async fn an_answer_that_does_not_begin_is_not_waited_for() {
    let server = Server::start(|_| answer("HTTP/1.1 200", Then::Hang)).await;
    let client = client(Listed::default());
    let failed = failed(client.open(bare(Method::GET, &server.url("/")), FIRST).await);
    assert!(matches!(failed, Error::Stalled), "{failed:?}");
    server.until_open(0).await;
}

#[tokio::test]
async fn an_answer_of_which_no_more_comes_is_not_waited_for() {
    let text = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi";
    let server = Server::start(move |_| answer(text, Then::Hang)).await;
    let client = client(Listed::default());
    let (answer, _) = client.open(bare(Method::GET, &server.url("/")), BETWEEN).await.unwrap();
    let mut answer = answer.into_body();
    assert_eq!(piece(&mut answer).await, "hi");
    let late = failed(answer.frame().await.unwrap());
    assert!(matches!(late, Error::Stalled), "{late:?}");
    assert!(answer.frame().await.is_none());
    server.until_open(0).await;
    let [failure] = &client.failures()[..] else { panic!("one failure") };
    assert!(failure.what.ends_with(": nothing came in time") && failure.count == 1, "{failure:?}");
}

/// The time is that between pieces: neither all of an answer has to come in it, nor does it pass while nobody asks.
#[tokio::test]
async fn an_answer_may_take_longer_than_each_of_its_pieces() {
    let place = listen(|mut stream| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\nhi").await.unwrap();
        tokio::time::sleep(SHORT * 2).await;
        for _ in 0..19 {
            stream.write_all(b".").await.unwrap();
            tokio::time::sleep(SHORT / 10).await;
        }
    })
    .await;
    let client = client(Listed::default());
    let (answer, _) = client.open(bare(Method::GET, &format!("http://{place}/")), BETWEEN).await.unwrap();
    let mut answer = answer.into_body();
    assert_eq!(piece(&mut answer).await, "hi");
    tokio::time::sleep(SHORT * 3).await;
    assert_eq!(rest(answer).await.0, ".".repeat(19));
}

#[tokio::test]
async fn all_times_may_be_none_and_endless() {
    let server = Server::start(|_| crate::support::server::ok("hi")).await;
    let client = client(Listed::default());
    for time in [None, Some(Duration::MAX)] {
        let timeouts = Timeouts { connect: time, first_byte: time, between_bytes: time };
        let (answer, _) = client.open(bare(Method::GET, &server.url("/")), timeouts).await.unwrap();
        assert_eq!(rest(answer.into_body()).await.0, "hi");
    }
}
