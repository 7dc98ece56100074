//! Bodies with more in them than they should have, and lengths that two programs may read differently: of one request there
//! is one answer, and nothing in its body is a request.

use crate::support::Running;

/// What a request within a body would be.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n";

/// What comes of a request whose head has these fields, and of what follows it.
fn heard(server: &Running, fields: &str, rest: &str) -> String {
    let mut client = server.client();
    // It may close before it has read all.
    let _ = client.try_say(format!("POST /length HTTP/1.1\r\nhost: a\r\n{fields}\r\n{rest}"));
    client.rest()
}

fn statuses(heard: &str) -> Vec<&str> {
    let after: Vec<&str> = heard.split("HTTP/1.1 ").skip(1).collect();
    after.into_iter().map(|answer| &answer[..3]).collect()
}

#[test]
fn chunks_are_announced_in_one_way() {
    let server = Running::start(1, |_| {});
    for coding in [
        "chunked;x=y",
        "\"chunked\"",
        "chunk ed",
        "chunked,",
        ",chunked",
        "chunked, chunked",
        "chunked\u{b}",
        "\u{b}chunked",
        "chunked\0",
        "cow",
        "identity",
        "",
        "x\r\n chunked",
    ] {
        let body = format!("0\r\n\r\n{SMUGGLED}");
        for length in ["", "content-length: 5\r\n"] {
            let heard = heard(&server, &format!("{length}transfer-encoding: {coding}\r\n"), &body);
            assert!(matches!(statuses(&heard)[..], ["400"] | ["501"]), "{coding:?} {length:?}: {heard}");
        }
    }
    assert_eq!(server.seen.begun(), 0);
    for coding in ["transfer-encoding:chunked", "Transfer-Encoding: \tCHUNKED \t"] {
        let heard = heard(&server, &format!("{coding}\r\nconnection: close\r\n"), "3\r\nabc\r\n0\r\n\r\n");
        assert!(heard.starts_with("HTTP/1.1 200 ") && heard.ends_with("\r\n\r\n3"), "{coding:?}: {heard}");
    }
}

#[test]
fn a_field_that_looks_like_another_is_none() {
    let server = Running::start(1, |_| {});
    for other in ["transfer_encoding", "x-transfer-encoding", "transfer-encoding-"] {
        let fields = format!("{other}: chunked\r\ncontent-length: 5\r\nconnection: close\r\n");
        let heard = heard(&server, &fields, "0\r\n\r\n");
        assert!(heard.starts_with("HTTP/1.1 200 ") && heard.ends_with("\r\n\r\n5"), "{other}: {heard}");
    }
    for bad in ["transfer-encoding : chunked", "transfer\u{0}encoding: chunked", "content-length : 5"] {
        let heard = heard(&server, &format!("{bad}\r\n"), &format!("0\r\n\r\n{SMUGGLED}"));
        assert_eq!(statuses(&heard), ["400"], "{bad:?}: {heard}");
    }
}

#[test]
fn lengths_are_numbers() {
    let server = Running::start(1, |_| {});
    for length in
        ["1 1", "1\t1", "1_0", "1e1", "١", "0b1", "1.0", "1;", "\"1\"", "18446744073709551616", "1,2"]
    {
        let heard = heard(&server, &format!("content-length: {length}\r\n"), &format!("a{SMUGGLED}"));
        assert_eq!(statuses(&heard), ["400"], "{length:?}: {heard}");
    }
    assert_eq!(server.seen.begun(), 0);
}

#[test]
fn what_follows_a_body_is_another_request() {
    let server = Running::start(1, |_| {});
    let close = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    // Behind a body of either kind, and of none.
    for (fields, body) in [
        ("content-length: 3\r\n", "abc"),
        ("transfer-encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "3;a=b\r\nabc\r\n0;c\r\ntrailer: d\r\n\r\n"),
        ("", ""),
    ] {
        let heard = heard(&server, fields, &format!("{body}{close}"));
        assert_eq!(statuses(&heard), ["200", "200"], "{fields:?}: {heard}");
    }
    // What is no request ends the connection, after the answer to what was one.
    for rest in ["x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\0\0\0\0\r\n\r\n"] {
        let heard = heard(&server, "content-length: 3\r\n", &format!("abc{rest}{SMUGGLED}"));
        assert!(matches!(statuses(&heard)[..], ["200"] | ["200", "400"]), "{rest:?}: {heard}");
    }
}

#[test]
fn a_request_in_a_body_is_a_body() {
    let server = Running::start(1, |_| {});
    let length = SMUGGLED.len();
    let chunked = format!("{length:x}\r\n{SMUGGLED}\r\n0\r\n\r\n");
    let close = "connection: close\r\n";
    for (fields, body) in [
        (format!("content-length: {length}\r\n{close}"), SMUGGLED),
        (format!("transfer-encoding: chunked\r\n{close}"), &chunked),
    ] {
        let heard = heard(&server, &fields, body);
        assert_eq!(statuses(&heard), ["200"], "{heard}");
        assert!(heard.ends_with(&format!("\r\n\r\n{length}")), "{heard}");
    }
    assert_eq!(server.seen.begun(), 2);
}

#[test]
fn chunks_and_what_is_beside_them_are_bounded() {
    let server = Running::start(1, |_| {});
    let long = "x".repeat(1 << 20);
    for chunks in [
        format!("1;{long}\r\na\r\n0\r\n\r\n"),
        format!("1;{}\r\na\r\n", "x".repeat(100)).repeat(5_000),
        format!("0\r\nx: {long}\r\n\r\n"),
        format!("0\r\n{}\r\n", "x: y\r\n".repeat(50_000)),
        "10000000000000001\r\na\r\n0\r\n\r\n".to_owned(),
    ] {
        let heard = heard(&server, "transfer-encoding: chunked\r\n", &format!("{chunks}{SMUGGLED}"));
        let shown = &chunks[..20];
        assert!(matches!(statuses(&heard)[..], [] | ["400"] | ["408"]), "{shown:?}: {heard}");
    }
}

#[test]
fn lines_may_end_with_a_line_feed_alone_but_for_chunks() {
    let server = Running::start(1, |_| {});
    let heard = server.client().say("GET / HTTP/1.1\nhost: a\nconnection: close\n\n").rest();
    assert!(matches!(statuses(&heard)[..], ["200"] | ["400"]), "{heard}");
    for chunks in
        ["3\nabc\r\n0\r\n\r\n", "3\r\nabc\n0\r\n\r\n", "3;a\nabc\r\n0\r\n\r\n", "3;\nabc\r\n0\r\n\r\n"]
    {
        let mut client = server.client();
        let head = "POST /length HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
        let _ = client.try_say(format!("{head}{chunks}{SMUGGLED}"));
        let heard = client.rest();
        assert!(matches!(statuses(&heard)[..], [] | ["400"] | ["408"]), "{chunks:?}: {heard}");
    }
}

#[test]
fn no_other_protocol_is_switched_to() {
    let server = Running::start(1, |_| {});
    for protocol in ["h2c", "websocket", "HTTP/2.0"] {
        let fields =
            format!("upgrade: {protocol}\r\nhttp2-settings: AAMAAABkAAQAAP__\r\ncontent-length: 0\r\n");
        let heard = heard(&server, &format!("{fields}connection: upgrade, http2-settings, close\r\n"), "");
        assert_eq!(statuses(&heard), ["200"], "{protocol}: {heard}");
    }
}
