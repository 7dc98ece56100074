//! Requests that are as they should be.

use std::num::NonZero;
use std::os::unix::net::UnixListener;

use dayfly_serve::{Address, Error, Form, Server};

use crate::support::{Client, Running, until};

#[test]
fn a_connection_serves_one_request_after_another() {
    let server = Running::start(1, |_| {});
    let mut client = server.client();
    for _ in 0..3 {
        let answer = client.get("/hello");
        assert_eq!((answer.status, answer.text()), (200, "hello"));
        assert!(answer.field("date").is_some());
    }
    // And closes when it is asked to.
    client.say("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    assert!(client.rest().ends_with("\r\n\r\nhello"));
}

#[test]
fn old_clients_are_served() {
    let server = Running::start(1, |_| {});
    let answer = server.client().say("GET / HTTP/1.0\r\n\r\n").rest();
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n") && answer.ends_with("\r\n\r\nhello"), "{answer}");
}

#[test]
fn a_head_asks_for_no_body() {
    let server = Running::start(1, |_| {});
    let mut client = server.client();
    let head = client.say("HEAD / HTTP/1.1\r\nhost: a\r\n\r\n").head();
    assert!(head.contains("content-length: 5\r\n"), "{head}");
    assert_eq!(client.get("/").text(), "hello");
}

#[test]
fn bodies_flow_both_ways() {
    let server = Running::start(1, |_| {});
    let mut client = server.client();
    client.say("POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
    let head = client.head();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    // What was sent comes back before more is.
    assert_eq!(client.exactly(8), b"3\r\nabc\r\n");
    client.say("2\r\nde\r\n");
    assert_eq!(client.exactly(7), b"2\r\nde\r\n");
    client.say("0\r\n\r\n");
    assert_eq!(client.exactly(5), b"0\r\n\r\n");

    let body = vec![b'x'; 3 << 20];
    client.say(format!("POST /length HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", body.len()));
    assert_eq!(client.say(&body).answer().text(), body.len().to_string());
}

#[test]
fn a_body_is_asked_for_when_it_is_read() {
    let server = Running::start(1, |_| {});
    let mut client = server.client();
    client.say("POST /length HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n");
    assert_eq!(client.head(), "HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(client.say("ab").answer().text(), "2");
    // And not where nobody reads it: then what follows is no body.
    client.say("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n");
    assert_eq!(client.answer().text(), "hello");
}

#[test]
fn who_leaves_ends_what_works_for_it() {
    let server = Running::start(1, |_| {});
    let mut client = server.client();
    client.say("GET /never HTTP/1.1\r\nhost: a\r\n\r\n");
    until("the request runs", || server.seen.running() == 1);
    drop(client);
    until("the request is over", || server.seen.running() == 0);

    let mut client = server.client();
    client.say("GET /endless HTTP/1.1\r\nhost: a\r\n\r\n").head();
    drop(client);
    until("the answer is over", || server.seen.running() == 0 && server.seen.begun() == 2);
}

#[test]
fn a_panic_ends_one_connection() {
    let server = Running::start(1, |_| {});
    let mut other = server.client();
    assert_eq!(other.get("/").status, 200);
    assert!(server.client().say("GET /panic HTTP/1.1\r\nhost: a\r\n\r\n").is_closed());
    assert_eq!(other.get("/").status, 200);
}

#[test]
fn threads_share_a_port() {
    let server = Running::start(4, |_| {});
    let mut clients: Vec<_> = (0..40).map(|_| server.client()).collect();
    for client in &mut clients {
        assert_eq!(client.get("/").text(), "hello");
    }
    // But not with another server.
    let again =
        Server::builder().listen(server.addresses[0].clone()).threads(NonZero::new(4).unwrap()).bind();
    assert!(matches!(again, Err(Error::Listen { .. })), "{again:?}");
}

#[test]
fn a_server_listens_in_several_places() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    // One that its server left behind.
    drop(UnixListener::bind(&path).unwrap());
    let builder = Server::builder()
        .listen("127.0.0.1:0".parse().unwrap())
        .listen("[::1]:0".parse().unwrap())
        .listen(Address::Unix(path.clone()))
        .threads(NonZero::new(2).unwrap());
    let server = Running::of(builder, Form::Text);
    assert_eq!(server.addresses.len(), 3);
    for address in &server.addresses {
        assert_eq!(Client::to(address).get("/").text(), "hello", "{address}");
    }
    let log = server.finish();
    assert_eq!(log.matches(" unix \"GET / HTTP/1.1\" 200 ").count(), 1, "{log}");
    assert!(!path.exists());
}

#[test]
fn a_server_listens_somewhere() {
    assert!(matches!(Server::builder().bind(), Err(Error::NoAddress)));
}
