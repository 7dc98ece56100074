//! What those see who look after functions.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use rustix::process::Signal;

use super::{Served, cgi, job};
use crate::support::{Case, Seen, Server, ok};

#[test]
fn operators_have_an_address_of_their_own() {
    let case = Case::new();
    case.write("cgi.wat", cgi(""));
    let served = Served::start(&case, &["cgi.wat", "--admin", "unix:admin"]);
    assert_eq!(served.ask("GET /healthz").1, "here I am\n", "clients don't reach it");
    let metrics = served.operator("GET /metrics");
    assert!(metrics.contains("dayfly_function_free_instances{function=\"cgi.wat\"} "), "{metrics}");
    served.running.signal(Signal::TERM);
    served.running.end().exits(0).says("for operators: unix:admin");
}

#[test]
fn a_collector_is_sent_a_span_of_each_request() {
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let case = Case::new();
    case.write("cgi.wat", cgi(""));
    let served = Served::start(&case, &["cgi.wat", "--traces", &endpoint]);
    assert_eq!(served.ask("GET /here").1, "here I am\n");
    let (mut sender, _) = collector.accept().unwrap();
    let mut sent = Vec::new();
    while !sent.ends_with(b"}]}]}]}") {
        let mut some = [0; 4096];
        let read = sender.read(&mut some).unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&sent));
        sent.extend_from_slice(&some[..read]);
    }
    sender.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    let sent = String::from_utf8(sent).unwrap();
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let span = body["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"].to_string();
    for part in [
        r#""/here""#,
        r#""dayfly.function","value":{"stringValue":"cgi.wat"}"#,
        r#""dayfly.guest.cpu_time""#,
        r#""http.route","value":{"stringValue":"/{path...}"}"#,
    ] {
        assert!(span.contains(part), "`{part}` is missing\n{span}");
    }
    served.running.signal(Signal::TERM);
    served.running.end().exits(0);
}

/// Writes a line to standard error and half of another one, and waits for an hour.
const WAITS: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "on my way\nand then")
    (data (i32.const 0) "\10\00\00\00\12\00\00\00")
    (func (export "_start")
        (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 144) (i32.const 1))
        (i64.store (i32.const 152) (i64.const 3600000000000))
        (drop (call $poll (i32.const 128) (i32.const 256) (i32.const 1) (i32.const 512)))))"#;

#[test]
fn what_guests_write_is_heard_while_they_go_on() {
    let case = Case::new();
    case.write("waits.wat", WAITS);
    let mut served = Served::start(&case, &["waits.wat"]);
    let mut client = served.connect().unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx-request-id: mine\r\n\r\n").unwrap();
    // It is not answered, and will not be.
    assert_eq!(served.running.wait_to_hear("[waits.wat mine] "), "on my way");
    drop(client);
    // What has no end yet is heard when its guest is over.
    assert_eq!(served.running.wait_to_hear("[waits.wat mine] "), "and then");
    served.running.signal(Signal::TERM);
    let ended = served.running.end().exits(0);
    assert!(ended.stdout.contains("on my way\\nand then"), "{}", ended.stdout);
    assert_eq!(ended.stderr.matches("on my way").count(), 1, "once: {}", ended.stderr);
}

/// Nobody but its timer wakes the instance then.
#[test]
fn what_reused_instances_write_is_heard_while_they_go_on() {
    let case = Case::new();
    case.guest("p2_serve");
    let mut served = Served::start(&case, &["p2_serve.wasm", "--reuse", "5", "--timeout", "1h"]);
    let mut client = served.connect().unwrap();
    let request = "POST / HTTP/1.1\r\nhost: a\r\nx-request-id: mine\r\ncontent-length: 4\r\n\r\nwait";
    client.write_all(request.as_bytes()).unwrap();
    assert_eq!(served.running.wait_to_hear("[p2_serve.wasm mine] "), "waited");
    drop(client);
    served.running.signal(Signal::TERM);
    served.running.end().exits(0);
}

#[test]
fn functions_of_one_name_are_told_apart() {
    let case = Case::new();
    case.write("cgi.wat", cgi(""));
    let site = |route: &str| job(&[("main", "../cgi.wat", &format!("http.route: {route}"))]);
    case.write("jobs/a.yaml", site("/a").replace("Name: site", "Name: other"));
    case.write("jobs/b.yaml", site("/b"));
    case.write("jobs/c.yaml", site("/c"));
    let served = Served::start(&case, &["jobs", "--allow-dir", ".", "--admin", "unix:admin"]);
    for (path, times) in [("a", 1), ("b", 2), ("c", 3)] {
        for _ in 0..times {
            assert_eq!(served.status(&format!("GET /{path}")), "200");
        }
    }
    let metrics = served.operator("GET /metrics");
    for (function, times) in [("other/main", 1), ("site/main", 2), ("site/main /c", 3)] {
        let line = format!("dayfly_http_requests_total{{function=\"{function}\",class=\"2xx\"}} {times}\n");
        assert!(metrics.contains(&line), "`{line}` is missing\n{metrics}");
    }
    served.running.signal(Signal::TERM);
    served.running.end().exits(0).says("  /c  site/main /c");
}

#[test]
fn an_instance_that_is_reused_hands_on_the_trace_of_each_request() {
    let others = Server::start(|_| ok("hello"));
    let case = Case::new();
    case.guest("p2_bench_http_outbound");
    let arguments =
        ["p2_bench_http_outbound.wasm", "--allow-host", "127.0.0.1", "--threads", "1", "--reuse", "9"];
    let served = Served::start(&case, &arguments);
    let path = format!("GET /?127.0.0.1:{}", others.port());
    let parent = |number: u32| format!("00-4bf92f3577b34da6a3ce929d0e0e4736-{number:016x}-01");
    for number in 1..4 {
        let request = format!("{path} HTTP/1.1\r\ntraceparent: {}\r\nx:", parent(number));
        assert!(served.ask(&request).0.starts_with("http/1.1 200 "));
        let Seen::Request(head, _) = others.next() else { panic!("a request") };
        assert!(head.contains(&format!("\r\ntraceparent: {}\r\n", parent(number))), "{head}");
    }
    assert!(served.ask(&path).0.starts_with("http/1.1 200 "));
    let Seen::Request(head, _) = others.next() else { panic!("a request") };
    assert!(!head.contains("traceparent"), "{head}");
    served.running.signal(Signal::TERM);
    let ended = served.running.end().exits(0);
    assert!(ended.stdout.contains(" reused=3"), "{}", ended.stdout);
}
