//! Servers that are told to stop.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use dayfly_serve::{Server, Stop};

use crate::support::handler::Known;
use crate::support::{Client, Running, until};

#[test]
fn running_requests_finish_and_idle_connections_close() {
    let server = Running::start(2, |_| {});
    let mut idle = server.client();
    idle.get("/");
    let mut silent = server.client();
    let mut running = server.client();
    running.say("GET /wait HTTP/1.1\r\nhost: a\r\n\r\n");
    until("it runs", || server.seen.begun() == 2);
    server.stop.gracefully();
    assert!(idle.is_closed());
    assert!(silent.is_closed());
    let place = server.place();
    until("nothing more is accepted", || {
        TcpStream::connect(place).is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
    });
    server.seen.gate.add_permits(1);
    let answer = running.rest();
    assert!(answer.contains("connection: close\r\n") && answer.ends_with("waited"), "{answer}");
    let log = server.ended();
    assert!(log.contains("\"GET /wait HTTP/1.1\" 200 ") && !log.contains("delivery="), "{log}");
}

#[test]
fn what_does_not_finish_is_cut_off() {
    let server = Running::start(1, |bounds| bounds.grace = Duration::from_millis(50));
    let mut running = server.client();
    running.say("GET /never HTTP/1.1\r\nhost: a\r\n\r\n");
    until("it runs", || server.seen.running() == 1);
    server.stop.gracefully();
    assert!(running.is_closed());
    let log = server.ended();
    assert!(log.contains("\"GET /never HTTP/1.1\" - ") && log.contains(" delivery=stopped"), "{log}");
}

#[test]
fn a_second_word_stops_at_once() {
    let server = Running::start(1, |bounds| bounds.grace = Duration::from_secs(3600));
    let mut running = server.client();
    running.say("GET /endless HTTP/1.1\r\nhost: a\r\n\r\n").head();
    server.stop.gracefully();
    server.stop.now();
    let log = server.ended();
    assert!(log.contains("\"GET /endless HTTP/1.1\" 200 ") && log.contains(" delivery=stopped"), "{log}");
}

#[test]
fn what_waits_to_be_accepted_is_served() {
    // However many tasks there are before the thread looks whether any are left.
    for count in (1..70).step_by(3) {
        what_waits_is_served(count);
    }
}

fn what_waits_is_served(count: usize) {
    let one = NonZero::<usize>::MIN;
    let server = Server::builder().listen("127.0.0.1:0".parse().unwrap()).threads(one).bind().unwrap();
    let place = server.addresses().next().unwrap().clone();
    let mut clients: Vec<_> = (0..count).map(|_| Client::to(&place)).collect();
    for client in &mut clients {
        client.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    }
    let mut silent = Client::to(&place);
    let stop = Stop::new();
    stop.gracefully();
    let known = Known(Arc::default());
    let running = thread::spawn(move || server.run(|| known.clone(), &stop));
    for client in &mut clients {
        let heard = client.rest();
        assert!(heard.ends_with("\r\n\r\nhello"), "{count}: {heard:?}");
    }
    assert!(silent.is_closed());
    running.join().unwrap().unwrap();
}

#[test]
fn what_has_arrived_is_served() {
    let server = Running::start(1, |_| {});
    let mut clients: Vec<_> = (0..20).map(|_| server.client()).collect();
    for client in &mut clients {
        client.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    }
    server.stop.gracefully();
    for client in &mut clients {
        let heard = client.rest();
        assert!(heard.ends_with("\r\n\r\nhello"), "{heard:?}");
    }
    assert_eq!(server.ended().lines().count(), 20);
}
