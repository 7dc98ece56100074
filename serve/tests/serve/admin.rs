//! What operators ask.

use std::num::NonZero;

use dayfly_serve::{Form, Server};

use crate::support::{Client, Running, until};

fn start() -> (Running, Client) {
    let any = || "127.0.0.1:0".parse().unwrap();
    let builder = Server::builder().listen(any()).admin(any()).threads(NonZero::new(2).unwrap());
    let builder = builder.room(|| vec![("a \"b\"".into(), 3)]);
    let server = Running::of(builder, Form::Text);
    let operator = Client::to(server.admin.as_ref().unwrap());
    (server, operator)
}

#[test]
fn a_server_that_stops_is_healthy_and_not_ready() {
    let (server, mut operator) = start();
    assert_eq!(operator.get("/healthz").status, 200);
    assert_eq!(operator.get("/readyz").text(), "ready\n");
    let mut client = server.client();
    client.say("GET /wait HTTP/1.1\r\nhost: a\r\n\r\n");
    until("it runs", || server.seen.running() == 1);
    server.stop.gracefully();
    assert_eq!(operator.get("/healthz").status, 200);
    let answer = operator.get("/readyz");
    assert_eq!((answer.status, answer.text()), (503, "stopping\n"));
    server.seen.gate.add_permits(1);
    assert!(client.rest().ends_with("waited"));
    server.ended();
    assert!(operator.is_closed());
}

#[test]
fn requests_are_counted() {
    let (server, mut operator) = start();
    let mut client = server.client();
    for path in ["/hello", "/hello", "/fate"] {
        assert_eq!(client.get(path).status, 200);
    }
    client.say("GET / HTTP/1.1\r\n\r\n").rest();
    let mut waits = server.client();
    waits.say("GET /wait HTTP/1.1\r\nhost: a\r\n\r\n");
    until("it runs", || server.seen.running() == 1);
    let lines = [
        "dayfly_http_requests_total{function=\"hello\",class=\"2xx\"} 2",
        "dayfly_http_requests_total{function=\"\",class=\"4xx\"} 1",
        "dayfly_http_request_duration_seconds_bucket{function=\"hello\",le=\"+Inf\"} 2",
        "dayfly_http_request_duration_seconds_count{function=\"hello\"} 2",
        "dayfly_guest_cpu_seconds_total{function=\"fate\"} 0.000007",
        "dayfly_http_requests_running 1",
        "dayfly_http_requests_queued 0",
        "dayfly_http_refused_total{what=\"heads\"} 1",
        "dayfly_http_response_body_bytes_total{function=\"hello\"} 10",
        "dayfly_http_request_body_bytes_total{function=\"hello\"} 0",
        "dayfly_function_free_instances{function=\"a \\\"b\\\"\"} 3",
        concat!("dayfly_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
        "dayfly_http_log_lines_left_out_total{log=\"access\"} 0",
    ];
    until("all is counted", || {
        let answer = operator.get("/metrics");
        assert_eq!(answer.field("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
        lines.iter().all(|line| answer.text().lines().any(|found| found == *line))
    });
    server.seen.gate.add_permits(1);
    assert_eq!(waits.answer().text(), "waited");
}

#[test]
fn counts_are_well_formed() {
    let (server, mut operator) = start();
    server.client().get("/hello");
    let answer = operator.get("/metrics");
    let mut typed = Vec::new();
    for line in answer.text().lines() {
        if let Some(line) = line.strip_prefix("# TYPE ") {
            typed.push(line.split(' ').next().unwrap());
        } else if !line.starts_with('#') {
            let (name, value) = line.rsplit_once(' ').unwrap();
            value.parse::<f64>().unwrap();
            // Each is of the family that was spoken of last.
            assert!(name.starts_with(typed.last().unwrap()), "{line}");
        }
    }
    let count = typed.len();
    typed.sort_unstable();
    typed.dedup();
    assert_eq!(typed.len(), count);
}

#[test]
fn operators_hear_what_there_is() {
    let (server, mut operator) = start();
    assert_eq!(operator.get("/").status, 404);
    let answer = operator.say("DELETE /metrics HTTP/1.1\r\nhost: a\r\n\r\n").answer();
    assert_eq!((answer.status, answer.field("allow")), (405, Some("GET, HEAD")));
    // And others don't.
    assert_eq!(server.client().get("/metrics").text(), "hello");
}
