//! Outgoing requests.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use super::Program;
use crate::support::{Ended, Seen, Server, ok};

/// With a network within this machine.
fn http() -> Program {
    Program::new("p2_http").flags(&["--allow-host", "localhost"])
}

fn place(server: &Server) -> String {
    format!("127.0.0.1:{}", server.port())
}

#[track_caller]
fn request(server: &Server) -> (String, String) {
    match server.next() {
        Seen::Request(head, body) => (head, body),
        Seen::Closed => panic!("no request"),
    }
}

#[test]
fn outbound_request_get() {
    let server = Server::start(|_| {
        Some("HTTP/1.1 200 OK\r\nX-Theirs: 2\r\nContent-Length: 5\r\n\r\nhello".to_owned())
    });
    http().run(&["get", &place(&server), "http"]).exits(0).prints("200\nx-theirs: 2\nhello\n");
    let (head, _) = request(&server);
    assert!(head.starts_with("GET /get?some=arg&goes=here HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nx-own: 1\r\n"), "{head}");
    assert!(head.contains(&format!("\r\nhost: {}\r\n", place(&server))), "{head}");
}

#[test]
fn outbound_request_post() {
    let server = Server::start(|_| ok("took it"));
    http().run(&["post", &place(&server)]).exits(0).prints("200\ntook it\n");
    let (head, body) = request(&server);
    assert!(head.starts_with("POST /post HTTP/1.1\r\n"), "{head}");
    assert_eq!(body, "{\"foo\": \"bar\"}");
}

#[test]
fn outbound_request_put() {
    let server = Server::start(|_| ok("took it"));
    http().run(&["put", &place(&server)]).exits(0).prints("200\ntook it\n");
    let (head, body) = request(&server);
    assert!(head.starts_with("PUT /put HTTP/1.1\r\n"), "{head}");
    assert_eq!(body, "");
}

#[test]
fn outbound_request_large_post() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut heard, mut buffer) = (Vec::new(), [0; 64 << 10]);
        while !heard.ends_with(b"\r\n0\r\n\r\n") {
            let count = stream.read(&mut buffer).unwrap();
            assert!(count > 0, "the request ended early");
            heard.extend(&buffer[..count]);
        }
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthere").unwrap();
        heard.len()
    });
    let program = http().flags(&["--json"]);
    let ended = program.run(&["large_post", &place, "3000000"]).exits(0);
    assert!(ended.stderr.starts_with("200\nthere\n"), "{ended}");
    let heard = server.join().unwrap();
    assert!(heard > 3_000_000);
    assert_eq!(ended.json()["executions"][0]["usage"]["sent_bytes"], heard);
}

#[test]
fn outbound_request_unknown_method() {
    let server = Server::start(|_| ok("as you say"));
    http().run(&["unknown_method", &place(&server)]).exits(0).prints("200\nas you say\n");
    assert!(request(&server).0.starts_with("EXTRA / HTTP/1.1\r\n"));
}

#[test]
fn outbound_request_missing_path_and_query() {
    let server = Server::start(|_| ok("the root"));
    http().run(&["missing_path_and_query", &place(&server)]).exits(0).prints("200\nthe root\n");
    assert!(request(&server).0.starts_with("GET / HTTP/1.1\r\n"));
}

#[test]
fn outbound_request_content_length() {
    let server = Server::start(|_| ok(""));
    http().run(&["content_length", &place(&server)]).exits(0).prints("200\nno other length\n");
    let (head, body) = request(&server);
    assert!(head.contains("\r\ncontent-length: 11\r\n"), "{head}");
    assert_eq!(body, "long enough");
    // Nothing else was ever a whole request.
    assert!(server.all().iter().all(|seen| *seen == Seen::Closed));
}

#[test]
fn outbound_request_response_build() {
    http().shows(&["response_build"], "built");
}

#[test]
fn outbound_request_invalid_header() {
    http().shows(&["invalid_header"], "refused");
}

#[test]
fn outbound_request_invalid_port() {
    http().shows(&["invalid_port"], "refused");
}

#[test]
fn outbound_request_invalid_dnsname() {
    let ended = http().flags(&["--allow-host", "*.invalid"]).run(&["invalid_dnsname", "some.invalid"]);
    let ended = ended.exits(0);
    assert!(ended.stdout.contains("DnsError"), "{ended}");
}

#[test]
fn outbound_request_invalid_version() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1000]);
        let _ = stream.write_all(b"220 mail.example ESMTP\r\n");
    });
    let ended = http().run(&["invalid_version", &place]).exits(0);
    assert!(ended.stdout.contains("HttpProtocolError"), "{ended}");
}

#[test]
fn outbound_request_unsupported_scheme() {
    let ended = http().run(&["unsupported_scheme", "127.0.0.1:1"]).exits(0);
    assert!(ended.stdout.contains("HttpProtocolError"), "{ended}");
}

#[test]
fn outbound_request_timeout() {
    let server = Server::start(|_| None);
    let ended = http().run(&["timeout", &place(&server), "50000000"]).exits(0);
    assert!(ended.stdout.contains("Timeout"), "{ended}");
}

#[test]
fn cli_http_headers() {
    // The crate that holds them traps where there is no more room; it is bounded in any case.
    let ended = http().run(&["headers"]).exits(134).prints("filling\n");
    ended.has_one_error();
}

#[test]
fn many_requests_at_once() {
    let server = Server::start(|_| ok("hello"));
    http().shows(&["many_at_once", &place(&server), "20"], "20 answers");
    let requests = server.all().into_iter().filter(|seen| matches!(seen, Seen::Request(..))).count();
    assert_eq!(requests, 20);
}

#[test]
fn what_a_job_does_not_allow_is_not_asked_for() {
    let server = Server::start(|_| ok("never"));
    let program = Program::new("p2_http").flags(&["--allow-host", "example.com"]);
    let ended: Ended = program.run(&["get", &place(&server), "http"]).exits(0);
    assert!(ended.stdout.contains("HttpRequestDenied"), "{ended}");
    ended.says("refused: the guest may not reach `127.0.0.1`").says("--allow-host");
    assert_eq!(server.all(), []);
}

/// A component that asks for pages does not start where there is no network for it.
#[test]
fn without_a_network_there_is_no_handler() {
    let ended = Program::new("p2_http").run(&["response_build"]).has_one_error();
    ended.exits(65).says("wasi:http/outgoing-handler").says("Network");
}
