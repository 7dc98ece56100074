//! Connections: who has them, and when they end.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use dayfly_host_api::net::{Client, Error, Settings};
use http::Method;
use tokio::sync::Semaphore;

use crate::support::policy::Listed;
use crate::support::server::{Server, Then, answer, ok};
use crate::support::{LONG, client, get, request, settings};

#[tokio::test]
async fn what_nobody_listens_at_is_an_error() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = client(Listed::default());
    let failed = client.send(get(&format!("http://{free}/"))).await;
    assert!(matches!(failed, Err(Error::Connect(_))), "{failed:?}");
    assert_eq!(client.refusals(), []);
    let _ = client.send(get(&format!("http://{free}/again?secret=1"))).await;
    let [failure] = &client.failures()[..] else { panic!("one failure") };
    let begin = format!("the guest got no answer from `127.0.0.1` on port {}: no connection: ", free.port());
    assert!(failure.what.starts_with(&begin) && failure.count == 2, "{failure:?}");
}

#[tokio::test]
async fn a_connection_that_the_server_closes_is_made_again() {
    let server = Server::start(|_| answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Then::Close)).await;
    let client = client(Listed::default());
    for _ in 0..5 {
        client.send(get(&server.url("/"))).await.unwrap();
        server.until_open(0).await;
    }
    assert_eq!(server.connections(), 5);
}

#[tokio::test]
async fn who_stops_waiting_ends_the_request_and_the_client_ends_all() {
    let server =
        Server::start(|head| if head.contains("/hang") { answer("", Then::Hang) } else { ok("") }).await;
    let client = client(Listed::default());
    let url = server.url("/hang");
    let sent = client.send(get(&url));
    tokio::select! {
        _ = sent => panic!("there is no answer"),
        () = server.until_open(1) => {}
    }
    server.until_open(0).await;
    client.send(get(&server.url("/"))).await.unwrap();
    server.until_open(1).await;
    drop(client);
    server.until_open(0).await;
}

/// A guest computes, and nothing else runs on its thread; meanwhile the server has had enough of waiting.
#[tokio::test]
async fn a_connection_that_was_closed_while_the_guest_computed_is_not_used() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (closed, is_closed) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
            // The answer arrives before the end does.
            std::thread::sleep(Duration::from_millis(50));
            drop(stream);
            closed.send(()).unwrap();
        }
    });
    let client = client(Listed::default());
    for _ in 0..5 {
        client.send(request(Method::POST, &url)).await.unwrap();
        is_closed.recv().unwrap();
    }
}

#[tokio::test]
async fn where_no_more_files_may_be_open_there_is_no_connection() {
    let (one, two) = (Server::start(|_| ok("")).await, Server::start(|_| ok("")).await);
    let handles = Arc::new(Semaphore::new(1));
    let settings = Settings { handles: Some(handles.clone()), ..settings(Listed::default()) };
    let client = Client::new(settings);
    client.send(get(&one.url("/"))).await.unwrap();
    client.send(get(&one.url("/"))).await.unwrap();
    let failed = client.send(get(&two.url("/"))).await;
    assert!(matches!(failed, Err(Error::Full(_))), "{failed:?}");
    drop(client);
    one.until_open(0).await;
    assert_eq!(handles.available_permits(), 1);
}

#[tokio::test]
async fn a_guest_that_goes_to_many_servers_keeps_few_connections() {
    let mut servers = Vec::new();
    for _ in 0..40 {
        servers.push(Server::start(|_| ok("")).await);
    }
    let client = client(Listed::default());
    for server in servers.iter().chain(&servers) {
        client.send(get(&server.url("/"))).await.unwrap();
    }
    let few = async {
        while servers.iter().map(Server::open).sum::<usize>() > 16 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, few).await.unwrap();
}

/// The same again and again takes no more of anything.
#[tokio::test]
async fn many_requests_take_one_connection() {
    let server = Server::start(|_| ok("again")).await;
    let client = client(Listed::default());
    let files = || std::fs::read_dir("/proc/self/fd").map(Iterator::count).unwrap_or_default();
    client.send(get(&server.url("/"))).await.unwrap();
    let before = files();
    for _ in 0..2_000 {
        assert_eq!(client.send(get(&server.url("/"))).await.unwrap().body, b"again");
    }
    assert_eq!((server.connections(), files()), (1, before));
}
