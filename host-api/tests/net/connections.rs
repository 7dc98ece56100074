//! Connections: who has them, and when they end.

use std::net::TcpListener;
use std::time::Duration;

use dayfly_host_api::net::Error;

use crate::support::policy::Listed;
use crate::support::server::{Server, Then, answer, ok};
use crate::support::{LONG, client, get};

#[tokio::test]
async fn what_nobody_listens_at_is_an_error() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = client(Listed::default());
    let failed = client.send(get(&format!("http://{free}/"))).await;
    assert!(matches!(failed, Err(Error::Connect(_))), "{failed:?}");
    assert_eq!(client.refusals(), []);
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
