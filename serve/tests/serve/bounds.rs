//! Clients that take more than they may.

use std::num::NonZero;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dayfly_serve::{Bounds, Form, Server};

use crate::support::frames::{Frames, HEADERS, Heard, WHOLE, frame, get, setting};
use crate::support::{Client, Running, until};

const SHORT: Duration = Duration::from_millis(40);

#[test]
fn heads_come_in_time() {
    // Who says nothing finds the connection closed.
    let server = Running::start(1, |bounds| bounds.handshake = SHORT);
    assert!(server.client().is_closed());
    // Who begins is told. The first head, and another one.
    let server = Running::start(1, |bounds| bounds.head = SHORT);
    for mut client in [server.client(), server.client()] {
        let late = client.say("GET / HT").answer();
        assert_eq!((late.status, late.field("connection")), (408, Some("close")), "{late:?}");
        assert_eq!(late.text(), "the head of the request took too long\n");
        assert!(client.is_closed());
    }
    let mut client = server.client();
    client.get("/");
    assert_eq!(client.say("GET / HT").answer().status, 408);
    // A byte now and then is no progress.
    let mut client = server.client();
    client.say("GET / HTTP/1.1\r\nx: ");
    while client.try_say("x").is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn idle_connections_are_closed() {
    let server = Running::start(1, |bounds| bounds.idle = SHORT);
    let mut client = server.client();
    client.get("/");
    assert!(client.is_closed());
    // One that has a request is not idle.
    let mut client = server.client();
    client.say("GET /wait HTTP/1.1\r\nhost: a\r\n\r\n");
    std::thread::sleep(4 * SHORT);
    server.seen.gate.add_permits(1);
    assert_eq!(client.answer().text(), "waited");
}

#[test]
fn bodies_do_not_pause_for_long() {
    let server = Running::start(1, |bounds| bounds.body_idle = SHORT);
    let mut client = server.client();
    client.say("POST /length HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc");
    let heard = client.rest();
    assert!(
        heard.starts_with("HTTP/1.1 408 ")
            && heard.ends_with("the request's body paused for longer than it may\n"),
        "{heard}"
    );
}

#[test]
fn answers_are_taken_in_time() {
    let server = Running::start(1, |bounds| bounds.answer_idle = SHORT);
    let mut client = server.client();
    client.say("GET /endless HTTP/1.1\r\nhost: a\r\n\r\n").head();
    until("the answer is over", || server.seen.begun() == 1 && server.seen.running() == 0);
}

#[test]
fn heads_are_of_bounded_size() {
    let server = Running::start(1, |bounds| {
        (bounds.head_bytes, bounds.fields, bounds.target_bytes) = (16 << 10, 50, 1 << 10);
    });
    let ask = |request: String| {
        let mut client = server.client();
        let _ = client.try_say(request);
        client.rest()
    };
    let long = ask(format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(1 << 10)));
    assert!(long.starts_with("HTTP/1.1 414 "), "{long}");
    let longer = ask(format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(70_000)));
    assert!(longer.starts_with("HTTP/1.1 431 ") || longer.starts_with("HTTP/1.1 414 "), "{longer}");
    for fields in [50, 100, 5_000] {
        let fields = "x: y\r\n".repeat(fields);
        let many = ask(format!("GET / HTTP/1.1\r\nhost: a\r\n{fields}\r\n"));
        assert!(many.starts_with("HTTP/1.1 431 "), "{many}");
    }
    let large = ask(format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(16 << 10)));
    assert!(large.starts_with("HTTP/1.1 431 "), "{large}");
    // One that never ends.
    let endless = ask(format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}", "y".repeat(1 << 20)));
    assert!(endless.starts_with("HTTP/1.1 431 ") || endless.is_empty(), "{endless}");
    assert_eq!(server.seen.begun(), 0);
}

#[test]
fn connections_are_counted() {
    let server = Running::start(2, |bounds| bounds.connections = 2);
    let (mut one, mut two) = (server.client(), server.client());
    assert_eq!((one.get("/").status, two.get("/").status), (200, 200));
    let refused = server.client().rest();
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("\r\nretry-after: 1\r\n"), "{refused}");
    assert!(refused.ends_with("\r\n\r\ntoo many connections\n"), "{refused}");
    drop(one);
    until("there is room again", || {
        let mut client = server.client();
        client.try_say("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").is_ok()
            && client.rest().starts_with("HTTP/1.1 200 ")
    });
    assert_eq!(two.get("/").status, 200);
}

#[test]
fn requests_wait_in_a_queue_that_has_an_end() {
    let any = || "127.0.0.1:0".parse().unwrap();
    let bounds = Bounds { requests: 2, queue: 1, ..Bounds::default() };
    let builder = Server::builder().listen(any()).admin(any()).threads(NonZero::new(2).unwrap());
    let server = Running::of(builder.bounds(bounds), Form::Text);
    let mut operator = Client::to(server.admin.as_ref().unwrap());
    let wait = "GET /wait HTTP/1.1\r\nhost: a\r\n\r\n";
    let mut admitted = [server.client(), server.client(), server.client()];
    for client in &mut admitted[..2] {
        client.say(wait);
    }
    until("two run", || server.seen.running() == 2);
    admitted[2].say(wait);
    until("one waits", || operator.get("/metrics").text().contains("\ndayfly_http_requests_queued 1\n"));
    assert_eq!(server.client().get("/").status, 503);
    server.seen.gate.add_permits(3);
    for client in &mut admitted {
        assert_eq!(client.answer().text(), "waited");
    }
    assert_eq!(server.seen.most.load(Ordering::SeqCst), 2);
}

#[test]
fn what_finds_no_room_hears_so_at_once() {
    let server = Running::start(1, |bounds| (bounds.requests, bounds.queue) = (1, 0));
    let mut running = server.client();
    running.say("GET /wait HTTP/1.1\r\nhost: a\r\n\r\n");
    until("one runs", || server.seen.running() == 1);
    let mut refused = server.client();
    let answer = refused.get("/");
    assert_eq!((answer.status, answer.field("retry-after")), (503, Some("1")));
    server.seen.gate.add_permits(1);
    assert_eq!(running.answer().text(), "waited");
    // The connection that was refused one goes on.
    until("there is room again", || server.seen.running() == 0);
    until("it is served", || refused.get("/").status == 200);
}

#[test]
fn nobody_queues_for_ever() {
    let server = Running::start(1, |bounds| {
        (bounds.requests, bounds.queue, bounds.queue_wait) = (1, 1, SHORT);
    });
    let mut running = server.client();
    running.say("GET /never HTTP/1.1\r\nhost: a\r\n\r\n");
    until("one runs", || server.seen.running() == 1);
    assert_eq!(server.client().get("/").status, 503);
}

#[test]
fn a_pipeline_is_served_one_by_one() {
    let server = Running::start(1, |_| {});
    let mut client = server.client();
    let (mut reading, count) = (server.client(), 2_000);
    client.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(count));
    for _ in 0..count {
        assert_eq!(client.answer().text(), "hello");
    }
    assert_eq!(reading.get("/").status, 200);
    assert_eq!(server.seen.most.load(Ordering::SeqCst), 1);
}

/// What works on an answer is not asked while its client takes nothing.
#[test]
fn the_time_of_a_request_is_over_whether_its_client_reads_or_not() {
    let never = Duration::from_secs(3600);
    let server = Running::start(1, |bounds| bounds.answer_idle = never);
    let mut one = server.client();
    one.say("GET /overdue HTTP/1.1\r\nhost: a\r\n\r\n");
    let mut two = Frames::begin(server.place(), &setting(4, 0));
    two.say([frame(HEADERS, WHOLE, 1, get("/overdue")), frame(HEADERS, WHOLE, 3, get("/endless"))].concat());
    until("they run", || server.seen.begun() == 3);
    until("the time of two is over", || server.seen.running() == 1);
    // Another request of the same connection goes on.
    assert!(matches!(two.heard(1), Heard::Answer(true)));
    assert!(matches!(two.heard(1), Heard::Reset(_)));
    assert_eq!(server.seen.running(), 1);
    drop((one, two));
    let log = server.finish();
    let overdue: Vec<_> =
        log.lines().filter(|line| line.contains("the time of the request was over")).collect();
    assert_eq!(overdue.len(), 2, "{log}");
    assert!(overdue.iter().all(|line| line.contains("/overdue")), "{log}");
}
