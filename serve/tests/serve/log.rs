//! What is logged of requests.

use std::num::NonZero;

use dayfly_serve::{Form, GuestLog, Server};
use serde_json::{Value, json};

use crate::support::server::Lines;
use crate::support::{Running, until};

fn in_json() -> Running {
    let builder = Server::builder().listen("127.0.0.1:0".parse().unwrap()).threads(NonZero::<usize>::MIN);
    Running::of(builder, Form::Json)
}

/// The lines of a log, without what differs each time.
fn lines(log: &str) -> Vec<Value> {
    let line = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let fields = line.as_object_mut().unwrap();
        let time = fields.remove("time").unwrap();
        assert_eq!(time.as_str().unwrap().len(), "2026-11-22T01:02:03.004Z".len());
        assert!(fields.remove("duration_us").unwrap().is_u64());
        assert!(fields.remove("client").unwrap().as_str().unwrap().starts_with("127.0.0.1:"));
        line
    };
    log.lines().map(line).collect()
}

#[test]
fn programs_read_what_happened() {
    let server = in_json();
    let mut client = server.client();
    client
        .say("POST /length?a=b HTTP/1.1\r\nhost: a\r\nx-request-id: mine-1\r\ncontent-length: 3\r\n\r\nabc")
        .answer();
    client.say("GET /fate HTTP/1.1\r\nhost: a\r\nx-request-id: mine-2\r\n\r\n").answer();
    client.say("GET /half HTTP/1.1\r\nhost: a\r\nx-request-id: mine-3\r\n\r\n").rest();
    server.client().say("GET /nowhere HTTP/1.1\r\nx-request-id: mine-4\r\n\r\n").rest();
    let expected = [
        json!({
            "method": "POST", "path": "/length?a=b", "protocol": "HTTP/1.1", "status": 200, "bytes_in": 3,
            "bytes_out": 1, "function": "length", "id": "mine-1", "delivery": "whole",
        }),
        json!({
            "method": "GET", "path": "/fate", "protocol": "HTTP/1.1", "status": 200, "bytes_in": 0, "bytes_out": 4,
            "function": "fate", "id": "mine-2", "delivery": "whole",
            "guest": {
                "ending": "trapped", "why": "unreachable", "cpu_us": 7, "peak_memory_bytes": 65536,
                "refusals": [{"what": "a \"host\"\n", "count": 2}],
            },
        }),
        json!({
            "method": "GET", "path": "/half", "protocol": "HTTP/1.1", "status": 200, "bytes_in": 0,
            "bytes_out": 16384, "function": "half", "id": "mine-3", "delivery": "broken",
            "reason": "the guest trapped",
            "guest": {"ending": "exited", "code": 0, "cpu_us": 0, "peak_memory_bytes": 0},
        }),
        json!({
            "method": "GET", "path": "/nowhere", "protocol": "HTTP/1.1", "status": 400, "bytes_in": 0,
            "bytes_out": 28, "id": "mine-4", "delivery": "whole", "reason": "the request has no Host",
        }),
    ];
    let mut found = lines(&server.finish());
    found[3]["bytes_out"] = json!(28);
    assert_eq!(found, expected);
}

#[test]
fn people_read_what_happened() {
    let server = Running::start(1, |_| {});
    let mut client = server.client();
    client.say("GET /fate HTTP/1.1\r\nhost: a\r\nx-request-id: mine\r\n\r\n").answer();
    client.say("GET /parts HTTP/1.1\r\nhost: a\r\nx-request-id: not one\r\n\r\n").answer();
    let log = server.finish();
    let lines: Vec<_> = log.lines().collect();
    assert!(lines[0].contains(" \"GET /fate HTTP/1.1\" 200 in=0 out=4 time="), "{log}");
    let rest = "us function=fate id=mine ending=trapped(\"unreachable\") cpu=7us memory=65536 \
        refused=\"a \\\"host\\\"\\n\"x2";
    assert!(lines[0].ends_with(rest), "{log}");
    let id = lines[1].split_once(" id=").unwrap().1.split(' ').next().unwrap();
    assert!(id.len() == 36 && !id.contains("not"), "{log}");
    assert!(lines[1].ends_with(" ending=exited(0) cpu=0us memory=0"), "{log}");
}

#[test]
fn who_left_is_known() {
    let server = in_json();
    let mut waits = server.client();
    waits.say("GET /never HTTP/1.1\r\nhost: a\r\n\r\n");
    until("it runs", || server.seen.running() == 1);
    drop(waits);
    until("it is over", || server.seen.running() == 0);
    server.client().say("GET /endless HTTP/1.1\r\nhost: a\r\n\r\n").head();
    until("it is over", || server.seen.running() == 0 && server.seen.begun() == 2);
    let found = lines(&server.finish());
    assert_eq!((&found[0]["status"], &found[0]["delivery"]), (&Value::Null, &json!("cut")));
    assert_eq!((&found[1]["status"], &found[1]["delivery"]), (&json!(200), &json!("cut")));
}

#[test]
fn what_guests_say_is_heard_and_harmless() {
    let said = Lines::default();
    let builder = Server::builder().listen("127.0.0.1:0".parse().unwrap()).threads(NonZero::<usize>::MIN);
    let builder = builder.guest_log(GuestLog::start(said.clone()).unwrap());
    let server = Running::of(builder, Form::Json);
    let mut client = server.client();
    client.say("GET /said HTTP/1.1\r\nhost: a\r\nx-request-id: mine\r\n\r\n").answer();
    client.get("/fate");
    let found = lines(&server.finish());
    let expected = "[said mine stdout] on\n\
        [said mine] (981 bytes before this are left out)\n\
        [said mine] it \"is\" so\n\
        [said mine] \\u{1b}[31m\u{fffd}\n";
    assert_eq!(said.text(), expected);
    assert_eq!(found[0]["stderr"], json!("it \"is\" so\r\n\u{1b}[31m\u{fffd}"));
    assert_eq!(found[1]["stderr"], Value::Null);
}

#[test]
fn what_a_guest_says_is_heard_once_and_while_it_goes_on() {
    let said = Lines::default();
    let builder = Server::builder().listen("127.0.0.1:0".parse().unwrap()).threads(NonZero::<usize>::MIN);
    let builder = builder.guest_log(GuestLog::start(said.clone()).unwrap());
    let server = Running::of(builder, Form::Json);
    let mut client = server.client();
    client.say("GET /heard HTTP/1.1\r\nhost: a\r\nx-request-id: mine\r\n\r\n");
    until("it is heard", || said.text() == "[heard mine] before\n");
    assert_eq!(server.seen.running(), 1);
    server.seen.gate.add_permits(1);
    client.answer();
    server.finish();
    assert_eq!(said.text(), "[heard mine] before\n[heard mine] after\n");
}
