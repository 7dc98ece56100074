//! Requests that two programs may read differently, each of which is refused, and ends its connection: what follows it
//! may be meant as part of it.

use crate::support::Running;

/// What a second request behind the first one would be answered.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n";

fn refused(requests: &[&str], status: &str) {
    let server = Running::start(1, |_| {});
    for request in requests {
        let mut client = server.client();
        // It may close before it has read all.
        let _ = client.try_say(format!("{request}{SMUGGLED}"));
        let heard = client.rest();
        assert!(heard.starts_with(&format!("HTTP/1.1 {status} ")), "{request:?}: {heard:?}");
        assert_eq!(heard.matches("HTTP/1.1 ").count(), 1, "{request:?}: {heard:?}");
    }
    assert_eq!(server.seen.begun(), 0);
}

#[test]
fn a_request_has_one_host() {
    refused(
        &[
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nhost:\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: a@b\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: a/b\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: a b\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: a:1:2\r\n\r\n",
            "GET http://b/ HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET http://a:81/ HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\n\r\n",
            "GET http://u@a/ HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET / HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n",
        ]
        .map(|request| request.replace("HTTP/1.0", "HTTP/1.1"))
        .each_ref()
        .map(String::as_str),
        "400",
    );
}

#[test]
fn targets_have_one_form() {
    refused(
        &[
            "GET a HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n",
            "GET * HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET ftp://a/ HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET / b HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET  / HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET / HTTP/1.1 \r\nhost: a\r\n\r\n",
            "GET / HTTP/2.0\r\nhost: a\r\n\r\n",
            "GET / HTTP/1.2\r\nhost: a\r\n\r\n",
            "GET /\x07 HTTP/1.1\r\nhost: a\r\n\r\n",
            "G@T / HTTP/1.1\r\nhost: a\r\n\r\n",
        ],
        "400",
    );
    refused(&["CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n"], "501");
}

#[test]
fn bodies_have_one_length() {
    refused(
        &[
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1, 2\r\n\r\nab",
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +1\r\n\r\na",
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\na",
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0x1\r\n\r\na",
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999999999999999\r\n\r\na",
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length:\r\n\r\na",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        ],
        "400",
    );
    refused(&["POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n"], "501");
}

#[test]
fn fields_are_one_line_each() {
    refused(
        &[
            "GET / HTTP/1.1\r\nhost: a\r\nx: a\r\n b\r\n\r\n",
            "GET / HTTP/1.1\r\n host: a\r\n\r\n",
            "GET / HTTP/1.1\r\nhost : a\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: a\r\nx\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: a\r\nx: a\rb\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: a\r\n: b\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: a\r\nx(: b\r\n\r\n",
        ],
        "400",
    );
}

#[test]
fn chunks_are_well_formed() {
    let chunks = [
        "-1\r\na\r\n",
        "+1\r\na\r\n",
        "0x1\r\na\r\n",
        "g\r\n",
        "\r\n",
        "1\na\r\n",
        "1\r\nab\r\n",
        "1 1\r\na\r\n",
    ];
    let longer = ["fffffffffffffffff\r\na", "1;\n\r\na\r\n"];
    let server = Running::start(1, |_| {});
    for chunk in chunks.into_iter().chain(longer) {
        let mut client = server.client();
        let head = "POST /length HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
        let _ = client.try_say(format!("{head}{chunk}0\r\n\r\n{SMUGGLED}"));
        let heard = client.rest();
        // Its handler fails, because the body can't be read.
        assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 400 "), "{chunk:?}: {heard:?}");
        assert!(!heard.contains("hello"), "{chunk:?}: {heard:?}");
    }
}

#[test]
fn a_length_beside_chunks_is_not_believed() {
    let server = Running::start(1, |_| {});
    let (length, chunked) = ("content-length: 5\r\n", "transfer-encoding: chunked\r\n");
    for fields in [format!("{length}{chunked}"), format!("{chunked}{length}")] {
        // By its length the body would end within the first chunk; what follows the chunks would be a request.
        let heard = server
            .client()
            .say(format!("POST /length HTTP/1.1\r\nhost: a\r\n{fields}\r\n3\r\nabc\r\n0\r\n\r\n{SMUGGLED}"))
            .rest();
        assert!(heard.starts_with("HTTP/1.1 200 ") && heard.ends_with("\r\n\r\n3"), "{heard:?}");
        assert_eq!(heard.matches("HTTP/1.1 ").count(), 1, "{heard:?}");
    }
    assert_eq!(server.seen.begun(), 2);
}

#[test]
fn old_requests_have_no_chunks() {
    refused(&["POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, chunked, x\r\n\r\n"], "400");
    let server = Running::start(1, |_| {});
    let request = "POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    let heard = server.client().say(request).rest();
    assert!(heard.contains(" 400 "), "{heard:?}");
    assert_eq!(server.seen.begun(), 0);
}

#[test]
fn what_is_said_twice_alike_is_served() {
    let server = Running::start(1, |_| {});
    for request in [
        "GET http://A:80/ HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET http://a?x HTTP/1.1\r\nhost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nhost:\t[::1]:80 \r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n",
    ] {
        assert_eq!(server.client().say(request).answer().text(), "hello", "{request:?}");
    }
}
