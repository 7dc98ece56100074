//! Requests of HTTP/2, several at a time on a connection that is kept.

use std::net::SocketAddr;

use bytes::Bytes;
use h2::client::SendRequest;
use h2::{Reason, RecvStream};
use http::{Request, Response};
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::task::JoinSet;

use super::{Chance, Left};
use crate::functions::HELLO_TEXT;

/// Requests of a connection at a time.
const STREAMS: usize = 16;

pub(super) fn ask(place: SocketAddr, left: &Left, mut chance: Chance) {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let stream = TcpStream::connect(place).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (client, connection) = h2::client::handshake(stream).await.unwrap();
        let connection = tokio::spawn(connection);
        loop {
            let count = left.take(STREAMS);
            if count == 0 {
                break;
            }
            let mut asked = JoinSet::new();
            for _ in 0..count {
                asked.spawn(one(client.clone(), chance.below(100), chance.body()));
            }
            asked.join_all().await;
        }
        drop(client);
        connection.await.unwrap().unwrap();
    });
}

async fn one(client: SendRequest<Bytes>, kind: u64, body: Vec<u8>) {
    match kind {
        0..60 => {
            let answer = get(client, "hello").await;
            assert_eq!(answer.status(), 200);
            assert_eq!(whole(answer).await, HELLO_TEXT.as_bytes());
        }
        60..80 => {
            let request = Request::post("http://a/echo").body(()).unwrap();
            let mut client = client.ready().await.unwrap();
            let (answer, mut sent) = client.send_request(request, false).unwrap();
            let length = body.len();
            sent.send_data(body.clone().into(), true).unwrap();
            let answer = answer.await.unwrap();
            assert_eq!(answer.status(), 200);
            let back = whole(answer).await;
            assert!(back == body, "{length} bytes became {}", back.len());
        }
        80..85 => assert_eq!(get(client, "trap").await.status(), 500),
        85..90 => assert_eq!(get(client, "mute").await.status(), 502),
        90..93 => assert_eq!(get(client, "hog").await.status(), 507),
        // Who takes the request back, and who has enough of the answer.
        93..97 => {
            let mut client = client.ready().await.unwrap();
            let request = Request::get("http://a/waits").body(()).unwrap();
            let (_answer, mut sent) = client.send_request(request, true).unwrap();
            sent.send_reset(Reason::CANCEL);
        }
        _ => {
            let mut body = get(client, "flood").await.into_body();
            assert!(body.data().await.unwrap().is_ok());
        }
    }
}

async fn get(client: SendRequest<Bytes>, path: &str) -> Response<RecvStream> {
    let request = Request::get(format!("http://a/{path}")).body(()).unwrap();
    client.ready().await.unwrap().send_request(request, true).unwrap().0.await.unwrap()
}

async fn whole(answer: Response<RecvStream>) -> Vec<u8> {
    let (mut body, mut all) = (answer.into_body(), Vec::new());
    while let Some(data) = body.data().await {
        let data = data.unwrap();
        body.flow_control().release_capacity(data.len()).unwrap();
        all.extend_from_slice(&data);
    }
    all
}
