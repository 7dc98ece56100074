//! What nobody takes is not sent.

use bytes::Bytes;
use dayfly_host_api::net::{Client, Incoming};
use http::Response;
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{bare, open, with};
use crate::support::body::written;
use crate::support::policy::Listed;
use crate::support::raw::{listen, read_until};
use crate::support::tls::{own, settings, two};
use crate::support::{SHORT, client};

/// More than what lies in the buffers of a connection and of the system.
const MUCH: usize = 64 << 20;

/// Waits until nothing more comes.
async fn settled(client: &Client) -> u64 {
    let mut before = 0;
    loop {
        tokio::time::sleep(SHORT).await;
        let received = client.traffic().received_bytes;
        if received == before {
            return received;
        }
        before = received;
    }
}

async fn bytes(mut answer: Incoming) -> usize {
    let mut bytes = 0;
    while let Some(frame) = answer.frame().await {
        bytes += frame.unwrap().data_ref().unwrap().len();
    }
    bytes
}

#[tokio::test]
async fn an_answer_that_is_not_read_waits_at_the_server() {
    let place = listen(|mut stream| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {MUCH}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let _ = stream.write_all(&vec![b'x'; MUCH]).await;
    })
    .await;
    let client = client(Listed::default());
    let (answer, _) = open(&client, bare(http::Method::GET, &format!("http://{place}/"))).await.unwrap();
    let ahead = settled(&client).await;
    assert!(ahead < 1 << 20, "{ahead}");
    assert_eq!(bytes(answer.into_body()).await, MUCH);
}

async fn send_all(mut stream: h2::SendStream<Bytes>, length: usize) {
    let mut left = length;
    while left > 0 {
        stream.reserve_capacity(left.min(64 << 10));
        let Some(Ok(granted)) = std::future::poll_fn(|cx| stream.poll_capacity(cx)).await else { return };
        let piece = granted.min(left);
        left -= piece;
        if stream.send_data(vec![b'x'; piece].into(), left == 0).is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn unread_answers_do_not_hold_up_others_of_their_connection() {
    let place = two(|request, mut respond| async move {
        let answer = respond.send_response(Response::new(()), false).unwrap();
        send_all(answer, if request.uri().path() == "/small" { 5 } else { MUCH }).await;
    })
    .await;
    let client = Client::new(settings(own()));
    let get = |path: &str| bare(http::Method::GET, &format!("{place}{path}"));
    let mut unread = Vec::new();
    for _ in 0..20 {
        unread.push(open(&client, get("/much")).await.unwrap());
    }
    let ahead = settled(&client).await;
    assert!(ahead < 20 << 20, "{ahead}");
    let (small, _) = open(&client, get("/small")).await.unwrap();
    assert_eq!(bytes(small.into_body()).await, 5);
    // A name, a connection, and the requests: all of them went the same way. A route needs no name.
    assert_eq!(client.traffic().operations, 22);
    let (one, _) = unread.swap_remove(7);
    assert_eq!(bytes(one.into_body()).await, MUCH);
}

#[tokio::test]
async fn a_request_that_the_server_does_not_read_waits_with_the_guest() {
    let place = listen(|mut stream| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n").await.unwrap();
        tokio::time::sleep(SHORT * 3).await;
        let mut left = MUCH;
        let mut buffer = vec![0; 1 << 20];
        while left > 0 {
            left -= stream.read(&mut buffer).await.unwrap();
        }
        stream.write_all(b"hi").await.unwrap();
    })
    .await;
    let client = client(Listed::default());
    let (writer, body) = written();
    let mut request = with(&format!("http://{place}/"), body);
    request.headers_mut().insert("content-length", MUCH.into());
    let (answer, sent) = open(&client, request).await.unwrap();
    let piece = Bytes::from(vec![b'x'; 64 << 10]);
    let mut taken = 0;
    while tokio::time::timeout(SHORT, writer.data(piece.clone())).await.is_ok() {
        taken += piece.len();
        assert!(taken < 16 << 20, "{taken}");
    }
    // What was offered when it was given up was not taken.
    while taken < MUCH {
        writer.data(piece.clone()).await;
        taken += piece.len();
    }
    sent.ended().await.unwrap();
    assert_eq!(bytes(answer.into_body()).await, 2);
}
