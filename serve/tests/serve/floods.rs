//! Clients of HTTP/2 that send much of what costs them little. Each is cut off, or held back, and others are served.

use std::time::Duration;

use crate::support::frames::{
    CONTINUATION, DATA, END_HEADERS, Frames, HEADERS, Heard, PING, RST_STREAM, SETTINGS, WHOLE,
    WINDOW_UPDATE, fields, frame, get, setting,
};
use crate::support::{Running, until};

const SHORT: Duration = Duration::from_millis(100);
const CANCEL: [u8; 4] = [0, 0, 0, 8];

#[track_caller]
fn serves_others(server: &Running) {
    until("nothing runs", || server.seen.running() == 0);
    assert_eq!(server.client().get("/").status, 200);
}

/// CVE-2023-44487: requests that are taken back at once.
#[test]
fn rapid_resets() {
    let server = Running::start(1, |_| {});
    let mut client = Frames::begin(server.place(), &[]);
    for stream in (1..20_000).step_by(2) {
        let asked = [frame(HEADERS, WHOLE, stream, get("/never")), frame(RST_STREAM, 0, stream, CANCEL)];
        client.repeat(&asked.concat(), 1);
    }
    assert!(matches!(client.heard(0), Heard::Away(_) | Heard::Closed));
    serves_others(&server);
    assert!(server.seen.begun() < 2_000, "{} were begun", server.seen.begun());
}

/// CVE-2024-27316: a head that never ends.
#[test]
fn continuations() {
    let server = Running::start(1, |_| {});
    let mut client = Frames::begin(server.place(), &[]);
    client.say(frame(HEADERS, 0, 1, get("/")));
    let more = fields(&[("x", &"y".repeat(100))]).repeat(100);
    let taken = client.flood(&frame(CONTINUATION, 0, 1, more));
    assert!(taken < 64 << 20, "{taken} bytes were taken");
    serves_others(&server);
    // Of empty ones there may not be many either.
    let mut client = Frames::begin(server.place(), &[]);
    client.say(frame(HEADERS, 0, 1, get("/")));
    client.flood(&frame(CONTINUATION, 0, 1, []).repeat(100));
    serves_others(&server);
}

/// A head that is not continued at all.
#[test]
fn heads_without_an_end() {
    let server = Running::start(1, |bounds| bounds.idle = SHORT);
    let mut client = Frames::begin(server.place(), &[]);
    client.say(frame(HEADERS, 0, 1, get("/")));
    assert!(matches!(client.heard(1), Heard::Away(_) | Heard::Closed));
    serves_others(&server);
}

/// CVE-2019-9512 and CVE-2019-9515: what has to be answered, to who reads no answers.
#[test]
fn pings_and_settings() {
    let server = Running::start(1, |bounds| bounds.answer_idle = SHORT);
    for said in [frame(PING, 0, 0, [7; 8]), frame(SETTINGS, 0, 0, setting(4, 70_000))] {
        let mut client = Frames::begin(server.place(), &[]);
        // It is taken until the answers wait; then the connection is cut off.
        client.flood(&said.repeat(1_000));
        serves_others(&server);
    }
}

/// CVE-2016-6581: a table of fields that is small, and heads that are made of it.
#[test]
fn heads_of_references() {
    let server = Running::start(1, |_| {});
    // One field of 4,000 bytes that is kept, then a thousand times by its number in the table.
    let value = "y".repeat(3_900);
    let kept = [&[0x40, 1, b'x', 0x7f, 0xbd, 0x1d], value.as_bytes()].concat();
    let head = [get("/"), kept, vec![0xbe; 10_000]].concat();
    let mut client = Frames::begin(server.place(), &[]);
    client.say(frame(HEADERS, WHOLE, 1, head));
    let heard = client.heard(1);
    assert!(matches!(heard, Heard::Answer(false) | Heard::Reset(_) | Heard::Away(_)), "{heard:?}");
    serves_others(&server);
    assert_eq!(server.seen.begun(), 1);
}

/// CVE-2019-9517: answers that nobody lets be sent.
#[test]
fn windows_of_nothing() {
    let server = Running::start(1, |bounds| bounds.answer_idle = SHORT);
    let mut client = Frames::begin(server.place(), &setting(4, 0));
    for stream in (1..100).step_by(2) {
        client.say(frame(HEADERS, WHOLE, stream, get("/endless")));
    }
    until("they run", || server.seen.begun() == 50);
    serves_others(&server);
    // Nor by one byte at a time.
    let mut client = Frames::begin(server.place(), &setting(4, 0));
    client.say(frame(HEADERS, WHOLE, 1, get("/endless")));
    client.say(frame(WINDOW_UPDATE, 0, 1, [0, 0, 0, 1]));
    serves_others(&server);
}

/// Answers that are there, and nobody takes: they keep nobody else from running.
#[test]
fn answers_that_nobody_takes() {
    for path in ["/", "/fate"] {
        let server = Running::start(1, |bounds| bounds.requests = 2);
        let mut client = Frames::begin(server.place(), &setting(4, 0));
        for stream in (1..20).step_by(2) {
            client.say(frame(HEADERS, WHOLE, stream, get(path)));
            assert_eq!(client.heard(stream), Heard::Answer(true), "{path}");
        }
        assert_eq!(server.client().get("/").status, 200, "{path}");
        assert_eq!(server.seen.begun(), 11);
    }
}

/// CVE-2019-9518: bodies of nothing, without an end.
#[test]
fn empty_frames() {
    let server = Running::start(1, |_| {});
    let post = [(":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/length")];
    let mut client = Frames::begin(server.place(), &[]);
    client.say(frame(HEADERS, END_HEADERS, 1, fields(&post)));
    client.repeat(&frame(DATA, 0, 1, []).repeat(100), 1_000);
    // Whatever became of that one.
    assert_eq!(server.client().get("/").status, 200);
    drop(client);
    serves_others(&server);
}
