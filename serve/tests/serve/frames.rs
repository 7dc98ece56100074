//! Frames of HTTP/2 that are none, or stand where they may not, as h2spec has them: by the sections of RFC 9113.

use crate::support::Running;
use crate::support::frames::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, Frames, HEADERS, Heard, PING, PREFACE, PRIORITY,
    PUSH_PROMISE, RST_STREAM, SETTINGS, WHOLE, WINDOW_UPDATE, fields, frame, get, setting,
};

/// A stream was refused, and may be asked for again.
const REFUSED_STREAM: u32 = 7;

/// Says it on a new connection, and gives what comes of it. Then the server still answers others.
fn heard(server: &Running, said: &[u8]) -> Heard {
    let heard = Frames::begin(server.place(), &[]).say(said).heard(1);
    assert_eq!(server.client().get("/").status, 200);
    heard
}

/// What has to come of something. With which code it is said is not told apart here: that is hyper's.
#[derive(Clone, Copy, Debug)]
enum Due {
    Answer,
    /// The stream ends, or all of the connection: that is the server's to choose.
    Reset,
    /// The connection ends.
    Away,
}

#[track_caller]
fn each(cases: &[(&str, Vec<u8>, Due)]) {
    let server = Running::start(1, |_| {});
    for (what, said, due) in cases {
        let heard = heard(&server, said);
        let is_met = match due {
            Due::Answer => heard == Heard::Answer(true),
            Due::Reset => matches!(heard, Heard::Reset(_) | Heard::Away(_)),
            Due::Away => matches!(heard, Heard::Away(_)),
        };
        assert!(is_met, "{what}: {heard:?}");
    }
}

/// A request that is asked well.
fn good() -> Vec<u8> {
    frame(HEADERS, WHOLE, 1, get("/"))
}

/// One that waits until it is told otherwise.
fn waiting() -> Vec<u8> {
    frame(HEADERS, WHOLE, 1, get("/never"))
}

#[test]
fn connections_begin_with_a_preface() {
    let server = Running::start(1, |_| {});
    let mut bad = PREFACE.to_vec();
    bad[20] = b'X';
    // It is no request of HTTP/1.1 either.
    let heard = server.client().say(&bad).rest();
    assert!(heard.starts_with("HTTP/1.1 400 ") || heard.starts_with("HTTP/1.1 505 "), "{heard}");
    assert_eq!(server.client().get("/").status, 200);
}

#[test]
fn what_is_well_said_is_answered() {
    let head = get("/");
    let halves = [frame(HEADERS, END_STREAM, 1, &head[..9]), frame(CONTINUATION, END_HEADERS, 1, &head[9..])];
    let padded = [&[3], &head[..], &[0; 3]].concat();
    each(&[
        ("a request", good(), Due::Answer),
        ("a head in two frames", halves.concat(), Due::Answer),
        ("padding", frame(HEADERS, WHOLE | 8, 1, padded), Due::Answer),
        ("a frame of a kind that is not known", [frame(0x42, 255, 0, [1; 99]), good()].concat(), Due::Answer),
        (
            "a setting that is not known",
            [frame(SETTINGS, 0, 0, setting(0x4242, 1)), good()].concat(),
            Due::Answer,
        ),
        ("a priority", [frame(PRIORITY, 0, 3, [0, 0, 0, 1, 9]), good()].concat(), Due::Answer),
    ]);
}

#[test]
fn frames_have_their_place() {
    let cut = || frame(HEADERS, END_STREAM, 1, get("/"));
    let away = Due::Away;
    each(&[
        ("5.1: DATA on an idle stream", frame(DATA, END_STREAM, 1, b"x"), away),
        ("5.1: RST_STREAM on an idle stream", frame(RST_STREAM, 0, 1, [0; 4]), away),
        ("5.1: WINDOW_UPDATE on an idle stream", frame(WINDOW_UPDATE, 0, 1, 1_u32.to_be_bytes()), away),
        ("5.1.1: a stream of the server's", frame(HEADERS, WHOLE, 2, get("/")), away),
        ("6.1: DATA of no stream", frame(DATA, 0, 0, b"x"), away),
        ("6.2: HEADERS of no stream", frame(HEADERS, WHOLE, 0, get("/")), away),
        (
            "6.2: padding longer than the frame",
            frame(HEADERS, WHOLE | 8, 1, [&[200], &get("/")[..]].concat()),
            away,
        ),
        ("6.3: PRIORITY of no stream", frame(PRIORITY, 0, 0, [0; 5]), away),
        ("6.4: RST_STREAM of no stream", frame(RST_STREAM, 0, 0, [0; 4]), away),
        ("6.5: SETTINGS of a stream", frame(SETTINGS, 0, 1, []), away),
        (
            "6.6: PUSH_PROMISE of a client",
            [waiting(), frame(PUSH_PROMISE, END_HEADERS, 1, [0, 0, 0, 2])].concat(),
            away,
        ),
        ("6.7: PING of a stream", frame(PING, 0, 1, [0; 8]), away),
        ("6.10: CONTINUATION of nothing", frame(CONTINUATION, END_HEADERS, 1, get("/")), away),
        (
            "6.10: CONTINUATION after the end",
            [waiting(), frame(CONTINUATION, END_HEADERS, 1, [])].concat(),
            away,
        ),
        ("6.10: another frame within a head", [cut(), frame(PING, 0, 0, [0; 8])].concat(), away),
        (
            "6.10: another stream within a head",
            [cut(), frame(CONTINUATION, END_HEADERS, 3, [])].concat(),
            away,
        ),
    ]);
}

#[test]
fn frames_have_their_size() {
    let away = Due::Away;
    each(&[
        ("4.2: larger than it may be", frame(DATA, 0, 1, vec![0; 16_385]), away),
        ("6.4: RST_STREAM", [waiting(), frame(RST_STREAM, 0, 1, [0; 3])].concat(), away),
        ("6.5: SETTINGS", frame(SETTINGS, 0, 0, [0; 5]), away),
        ("6.5: an answer to SETTINGS", frame(SETTINGS, ACK, 0, [0; 6]), away),
        ("6.7: PING", frame(PING, 0, 0, [0; 6]), away),
        ("6.9: WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 0, [0; 3]), away),
    ]);
}

#[test]
fn settings_and_windows_have_bounds() {
    let most = (u32::MAX >> 1).to_be_bytes();
    each(&[
        ("6.5.2: ENABLE_PUSH", frame(SETTINGS, 0, 0, setting(2, 2)), Due::Away),
        ("6.5.2: INITIAL_WINDOW_SIZE", frame(SETTINGS, 0, 0, setting(4, 1 << 31)), Due::Away),
        ("6.5.2: MAX_FRAME_SIZE", frame(SETTINGS, 0, 0, setting(5, 16_383)), Due::Away),
        ("6.5.2: MAX_FRAME_SIZE", frame(SETTINGS, 0, 0, setting(5, 1 << 24)), Due::Away),
        ("6.9: by nothing", frame(WINDOW_UPDATE, 0, 0, [0; 4]), Due::Away),
        ("6.9.1: over the most", frame(WINDOW_UPDATE, 0, 0, most).repeat(2), Due::Away),
        (
            "6.9: by nothing, of a stream",
            [waiting(), frame(WINDOW_UPDATE, 0, 1, [0; 4])].concat(),
            Due::Reset,
        ),
        (
            "6.9.1: over the most, of a stream",
            [waiting(), frame(WINDOW_UPDATE, 0, 1, most).repeat(2)].concat(),
            Due::Reset,
        ),
    ]);
}

#[test]
fn streams_end_once() {
    each(&[
        ("5.1: DATA after the end", [waiting(), frame(DATA, END_STREAM, 1, b"x")].concat(), Due::Reset),
        ("5.1: HEADERS after the end", [waiting(), waiting()].concat(), Due::Away),
        (
            "5.1.1: a stream from before",
            [frame(HEADERS, WHOLE, 5, get("/never")), good()].concat(),
            Due::Away,
        ),
    ]);
    let server = Running::start(1, |bounds| bounds.streams = 2);
    let mut client = Frames::begin(server.place(), &[]);
    for stream in [1, 3, 5] {
        client.say(frame(HEADERS, WHOLE, stream, get("/never")));
    }
    assert_eq!(client.heard(5), Heard::Reset(REFUSED_STREAM));
}

#[test]
fn heads_that_can_not_be_read_end_the_connection() {
    let head = |bytes: &[u8]| frame(HEADERS, WHOLE, 1, bytes);
    let away = Due::Away;
    each(&[
        ("a field that is not in the table", head(&[0xff, 0x80, 0x01]), away),
        ("a table larger than it may be", head(&[&[0x3f, 0xe1, 0xff, 0x03], &get("/")[..]].concat()), away),
        ("a text that ends early", head(&[0, 5, b'x']), away),
        ("a number without an end", head(&[0xff; 20]), away),
    ]);
}

#[test]
fn requests_are_well_formed() {
    let server = Running::start(1, |_| {});
    let whole = [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/")];
    let with = |more: &[(&'static str, &'static str)]| [&whole[..], more].concat();
    let without = |name: &str| whole.iter().copied().filter(|(found, _)| *found != name).collect::<Vec<_>>();
    let cases = [
        with(&[("X", "large")]),
        with(&[("connection", "close")]),
        with(&[("transfer-encoding", "chunked")]),
        with(&[("keep-alive", "1")]),
        with(&[("proxy-connection", "1")]),
        with(&[("upgrade", "h2c")]),
        with(&[("te", "gzip")]),
        with(&[("x", "a\r\nhost: b")]),
        with(&[("x", "a\0b")]),
        with(&[("x\r\nhost", "b")]),
        with(&[(":status", "200")]),
        with(&[(":own", "1")]),
        with(&[("x", "y"), (":path", "/b")]),
        with(&[(":path", "/b")]),
        with(&[(":method", "PUT")]),
        with(&[(":scheme", "https")]),
        with(&[(":authority", "b")]),
        with(&[("host", "b")]),
        with(&[("host", "a"), ("host", "a")]),
        with(&[("content-length", "1")]),
        with(&[("content-length", "0"), ("content-length", "1")]),
        with(&[("content-length", "-1")]),
        without(":method"),
        without(":scheme"),
        without(":path"),
        without(":authority"),
        [&without(":path")[..], &[(":path", "")]].concat(),
        [&without(":path")[..], &[(":path", "no-slash")]].concat(),
        [&without(":path")[..], &[(":path", "/a b")]].concat(),
        [&without(":method")[..], &[(":method", "G T")]].concat(),
        [&without(":authority")[..], &[(":authority", "u@a")]].concat(),
    ];
    for case in cases {
        let heard = heard(&server, &frame(HEADERS, WHOLE, 1, fields(&case)));
        assert!(
            matches!(heard, Heard::Reset(_) | Heard::Away(_) | Heard::Answer(false)),
            "{case:?}: {heard:?}"
        );
    }
    // The requests that `heard` asks for itself.
    assert_eq!(server.seen.begun(), 31);
}

#[test]
fn bodies_are_as_long_as_they_say() {
    let server = Running::start(1, |_| {});
    let post = |length: &str| {
        let head = [(":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/length")];
        frame(HEADERS, END_HEADERS, 1, fields(&[&head[..], &[("content-length", length)]].concat()))
    };
    let body = |text: &str| frame(DATA, END_STREAM, 1, text);
    assert_eq!(heard(&server, &[post("3"), body("abc")].concat()), Heard::Answer(true));
    for (length, text) in [("2", "abc"), ("4", "abc"), ("0", "abc")] {
        let heard = heard(&server, &[post(length), body(text)].concat());
        assert!(
            matches!(heard, Heard::Reset(_) | Heard::Away(_) | Heard::Answer(false)),
            "{length} {text}: {heard:?}"
        );
    }
}
