//! HTTP/2 without TLS, to clients that know beforehand.

use std::future::poll_fn;
use std::time::Duration;

use bytes::Bytes;
use h2::client::SendRequest;
use h2::{Reason, RecvStream};
use http::{Request, Response};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time;

use crate::support::{LONG, Running};

type Connection = JoinHandle<Result<(), h2::Error>>;

async fn connect(server: &Running) -> (SendRequest<Bytes>, Connection) {
    let stream = TcpStream::connect(server.place()).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    (client, tokio::spawn(connection))
}

fn get(path: &str) -> Request<()> {
    Request::get(format!("http://a{path}")).body(()).unwrap()
}

/// Waits until something is so, while the connection goes on.
async fn reached(what: &str, so: impl Fn() -> bool) {
    let reached = async {
        while !so() {
            time::sleep(Duration::from_millis(2)).await;
        }
    };
    time::timeout(LONG, reached).await.unwrap_or_else(|_| panic!("never: {what}"));
}

async fn ask(
    client: &mut SendRequest<Bytes>,
    request: Request<()>,
) -> Result<Response<RecvStream>, h2::Error> {
    poll_fn(|cx| client.poll_ready(cx)).await?;
    client.send_request(request, true)?.0.await
}

async fn text(answer: Response<RecvStream>) -> String {
    let mut body = answer.into_body();
    let mut text = Vec::new();
    while let Some(data) = body.data().await {
        let data = data.unwrap();
        body.flow_control().release_capacity(data.len()).unwrap();
        text.extend_from_slice(&data);
    }
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn requests_run_side_by_side() {
    let server = Running::start(1, |_| {});
    let (client, connection) = connect(&server).await;
    let waiting: Vec<_> = (0..5)
        .map(|_| {
            let mut client = client.clone();
            tokio::spawn(async move { text(ask(&mut client, get("/wait")).await.unwrap()).await })
        })
        .collect();
    reached("all run", || server.seen.running() == 5).await;
    assert_eq!(text(ask(&mut client.clone(), get("/")).await.unwrap()).await, "hello");
    server.seen.gate.add_permits(5);
    for waiting in waiting {
        assert_eq!(waiting.await.unwrap(), "waited");
    }
    drop(client);
    connection.await.unwrap().unwrap();
    let log = server.finish();
    assert_eq!(log.matches("\"GET /wait HTTP/2\" 200 in=0 out=6 ").count(), 5, "{log}");
}

#[tokio::test]
async fn bodies_flow_both_ways() {
    let server = Running::start(1, |_| {});
    let (mut client, _connection) = connect(&server).await;
    let request = Request::post("http://a/echo").body(()).unwrap();
    let (answer, mut body) = client.send_request(request, false).unwrap();
    body.send_data("abc".into(), false).unwrap();
    let mut back = answer.await.unwrap().into_body();
    assert_eq!(back.data().await.unwrap().unwrap(), "abc");
    body.send_data("de".into(), true).unwrap();
    assert_eq!(back.data().await.unwrap().unwrap(), "de");
    assert!(back.data().await.is_none());
}

#[tokio::test]
async fn hosts_are_checked() {
    let server = Running::start(1, |_| {});
    let (mut client, _connection) = connect(&server).await;
    let other = Request::get("http://a/").header("host", "b").body(()).unwrap();
    assert_eq!(ask(&mut client, other).await.unwrap().status(), 400);
    let same = Request::get("http://a/").header("host", "a").body(()).unwrap();
    assert_eq!(ask(&mut client, same).await.unwrap().status(), 200);
    let long = get(&format!("/{}", "a".repeat(9 << 10)));
    assert_eq!(ask(&mut client, long).await.unwrap().status(), 414);
}

#[tokio::test]
async fn taking_a_request_back_ends_what_works_for_it() {
    let server = Running::start(1, |_| {});
    let (mut client, _connection) = connect(&server).await;
    let (answer, mut stream) = client.send_request(get("/never"), true).unwrap();
    reached("it runs", || server.seen.running() == 1).await;
    stream.send_reset(Reason::CANCEL);
    drop(answer);
    reached("it is over", || server.seen.running() == 0).await;
    assert_eq!(ask(&mut client, get("/")).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_flood_of_requests_that_are_taken_back_ends_the_connection() {
    let server = Running::start(1, |bounds| bounds.resets = 20);
    let (mut client, connection) = connect(&server).await;
    loop {
        if poll_fn(|cx| client.poll_ready(cx)).await.is_err() {
            break;
        }
        let Ok((answer, mut stream)) = client.send_request(get("/never"), true) else { break };
        tokio::task::yield_now().await;
        stream.send_reset(Reason::CANCEL);
        drop(answer);
    }
    // However it ends it has ended.
    let _ = connection.await;
    reached("nothing runs", || server.seen.running() == 0).await;
}

#[tokio::test]
async fn one_answer_that_nobody_takes_is_cut_off_alone() {
    let server = Running::start(1, |bounds| bounds.answer_idle = Duration::from_millis(50));
    let stream = TcpStream::connect(server.place()).await.unwrap();
    // A connection that has room for more than one of its requests may take.
    let builder = h2::client::Builder::new().initial_connection_window_size(1 << 20).clone();
    let (mut client, connection) = builder.handshake::<_, Bytes>(stream).await.unwrap();
    tokio::spawn(connection);
    let endless = ask(&mut client, get("/endless")).await.unwrap();
    reached("the answer is over", || server.seen.begun() == 1 && server.seen.running() == 0).await;
    assert_eq!(text(ask(&mut client, get("/")).await.unwrap()).await, "hello");
    let mut body = endless.into_body();
    let error = loop {
        match body.data().await.unwrap() {
            Ok(data) => body.flow_control().release_capacity(data.len()).unwrap(),
            Err(error) => break error,
        }
    };
    assert!(error.is_reset(), "{error}");
}

#[tokio::test]
async fn idle_connections_are_closed() {
    let server = Running::start(1, |bounds| bounds.idle = Duration::from_millis(50));
    let (client, connection) = connect(&server).await;
    let _ = connection.await.unwrap();
    drop(client);
}

#[tokio::test]
async fn what_is_no_request_is_no_slow_one() {
    let server = Running::start(1, |bounds| bounds.head = Duration::from_millis(40));
    let stream = TcpStream::connect(server.place()).await.unwrap();
    let (mut client, mut connection) = h2::client::handshake::<_>(stream).await.unwrap();
    let mut pings = connection.ping_pong().unwrap();
    tokio::spawn(connection);
    for _ in 0..4 {
        pings.ping(h2::Ping::opaque()).await.unwrap();
        time::sleep(Duration::from_millis(40)).await;
    }
    assert_eq!(ask(&mut client, get("/")).await.unwrap().status(), 200);
}

#[tokio::test]
async fn running_requests_finish_when_the_server_stops() {
    let server = Running::start(1, |_| {});
    let (client, connection) = connect(&server).await;
    let waiting = {
        let mut client = client.clone();
        tokio::spawn(async move { text(ask(&mut client, get("/wait")).await.unwrap()).await })
    };
    reached("it runs", || server.seen.running() == 1).await;
    server.stop.gracefully();
    server.seen.gate.add_permits(1);
    assert_eq!(waiting.await.unwrap(), "waited");
    connection.await.unwrap().unwrap();
    server.ended();
}
