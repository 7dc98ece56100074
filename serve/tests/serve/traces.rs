//! What a collector is told of requests, and what those who answer them are.

use std::num::NonZero;
use std::time::{SystemTime, UNIX_EPOCH};

use dayfly_serve::{Form, Sampler, Server, Traces, TracesBuilder};
use serde_json::{Value, json};

use crate::support::collector::attribute;
use crate::support::{Collector, Running, until};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// A server whose spans go to this collector.
fn tracing(collector: &Collector, change: impl FnOnce(TracesBuilder) -> TracesBuilder) -> Running {
    let traces = change(Traces::to(format!("http://{}", collector.address))).start().unwrap();
    let builder = Server::builder().listen("127.0.0.1:0".parse().unwrap()).threads(NonZero::<usize>::MIN);
    let builder = builder.admin("127.0.0.1:0".parse().unwrap()).traces(traces);
    Running::of(builder, Form::Json)
}

/// A request with this trace of its caller.
fn asked(path: &str, flags: &str, more: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: example.org:81\r\ntraceparent: 00-{TRACE}-{CALLER}-{flags}\r\n{more}\r\n"
    )
}

#[test]
fn a_request_is_a_span_of_its_callers_trace() {
    let collector = Collector::new();
    let server = tracing(&collector, |traces| traces.attribute("service.name", "mine"));
    let mut client = server.client();
    let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let more = "tracestate: a=b\r\ntracestate: c=d\r\nuser-agent: me\r\nx-request-id: own\r\n";
    let heard = client.say(asked("/context?sig=secret&a=b", "01", more)).answer();
    server.finish();

    let [span] = &collector.spans()[..] else { panic!("{:?}", collector.seen()) };
    assert_eq!((&span["traceId"], &span["parentSpanId"]), (&json!(TRACE), &json!(CALLER)));
    let own = span["spanId"].as_str().unwrap();
    assert!(own.len() == 16 && own != CALLER && own.bytes().all(|digit| digit.is_ascii_hexdigit()));
    assert_eq!(heard.text(), format!("00-{TRACE}-{own}-01 a=b c=d"), "what answers is told its own span");
    assert_eq!((&span["name"], &span["kind"]), (&json!("GET /{word}"), &json!(2)));
    assert_eq!((&span["traceState"], &span["flags"]), (&json!("a=b,c=d"), &json!(0x301)));
    let nanoseconds = |field: &str| span[field].as_str().unwrap().parse::<u128>().unwrap();
    // The clock may have been set back by a little.
    assert!(nanoseconds("startTimeUnixNano") + 10_000_000_000 > before);
    assert!(nanoseconds("endTimeUnixNano") >= nanoseconds("startTimeUnixNano"));
    assert_eq!(span.get("status"), None);
    for (name, value) in [
        ("http.request.method", json!("GET")),
        ("http.route", json!("/{word}")),
        ("http.response.status_code", json!("200")),
        ("url.scheme", json!("http")),
        ("url.path", json!("/context")),
        ("url.query", json!("sig=REDACTED&a=b")),
        ("server.address", json!("example.org")),
        ("server.port", json!("81")),
        ("client.address", json!("127.0.0.1")),
        ("user_agent.original", json!("me")),
        ("network.protocol.version", json!("1.1")),
        ("http.response.body.size", json!(heard.body.len().to_string())),
        ("dayfly.function", json!("context")),
        ("dayfly.request.id", json!("own")),
        ("error.type", Value::Null),
    ] {
        assert_eq!(attribute(span, name), value, "{name}");
    }
    let [posted] = &collector.seen()[..] else { panic!("it was sent at once") };
    assert_eq!(posted.head[0], "POST /v1/traces HTTP/1.1");
    assert!(posted.head.contains(&"content-type: application/json".to_owned()));
    let resource = &posted.body["resourceSpans"][0]["resource"];
    assert_eq!(attribute(resource, "service.name"), json!("mine"));
    assert_eq!(attribute(resource, "telemetry.sdk.language"), json!("rust"));
}

#[test]
fn who_has_no_trace_begins_one() {
    let collector = Collector::new();
    let server = tracing(&collector, |traces| traces);
    let mut client = server.client();
    let heard = client.get("/context").text().to_owned();
    // What is no context is none, and what stands beside it counts for nothing.
    let wrong = asked("/context", "01", "tracestate: a=b\r\n").replace(TRACE, &"0".repeat(32));
    let other = client.say(wrong).answer().text().to_owned();
    let bad_state = client.say(asked("/context", "01", "tracestate: no\r\n")).answer().text().to_owned();
    server.finish();
    let spans = collector.spans();
    for (span, heard) in spans.iter().zip([&heard, &other]) {
        assert_eq!(span.get("parentSpanId"), None);
        let trace = span["traceId"].as_str().unwrap();
        assert_eq!(*heard, format!("00-{trace}-{}-03", span["spanId"].as_str().unwrap()));
    }
    assert_ne!(spans[0]["traceId"], spans[1]["traceId"]);
    assert!(bad_state.starts_with(&format!("00-{TRACE}-")) && bad_state.ends_with("-01"), "{bad_state}");
}

#[test]
fn what_is_not_to_be_kept_is_not_sent_and_goes_on_all_the_same() {
    let collector = Collector::new();
    let server = tracing(&collector, |traces| traces);
    let heard = server.client().say(asked("/context", "00", "")).answer();
    assert!(heard.text().starts_with(&format!("00-{TRACE}-")), "{heard:?}");
    assert!(heard.text().ends_with("-00") && !heard.text().contains(CALLER), "{heard:?}");
    server.finish();
    let none = Sampler::named("always_off", None).unwrap();
    let server = tracing(&collector, |traces| traces.sampler(none));
    let heard = server.client().say(asked("/context", "01", "")).answer();
    assert!(heard.text().ends_with("-00"), "{heard:?}");
    server.finish();
    assert!(collector.seen().is_empty());
}

#[test]
fn failures_are_told() {
    let collector = Collector::new();
    let server = tracing(&collector, |traces| traces);
    server.client().get("/fate");
    server.client().say("BREW /half HTTP/1.1\r\nhost: a\r\n\r\n").rest();
    server.client().say("GET /nowhere HTTP/1.1\r\n\r\n").rest();
    server.finish();
    let spans = collector.spans();
    let of = |path: &str| spans.iter().find(|span| attribute(span, "url.path") == path).unwrap();
    let fate = of("/fate");
    assert_eq!(attribute(fate, "dayfly.guest.ending"), json!("trapped"));
    assert_eq!(attribute(fate, "dayfly.guest.cpu_time"), json!(0.000_007));
    assert_eq!(attribute(fate, "dayfly.guest.peak_memory"), json!("65536"));
    let half = of("/half");
    assert_eq!(
        (&half["name"], &half["status"]),
        (&json!("HTTP"), &json!({"code": 2, "message": "the guest trapped"}))
    );
    assert_eq!(attribute(half, "http.request.method"), json!("_OTHER"));
    assert_eq!(attribute(half, "http.request.method_original"), json!("BREW"));
    assert_eq!(attribute(half, "error.type"), json!("broken"));
    let refused = of("/nowhere");
    assert_eq!(attribute(refused, "http.response.status_code"), json!("400"));
    assert_eq!(refused.get("status"), None, "that is its client's fault");
}

#[test]
fn requests_do_not_wait_for_the_collector_and_what_it_does_not_take_is_counted() {
    let rejected = r#"{"partialSuccess": {"rejectedSpans": "1", "errorMessage": "no"}}"#;
    let collector = Collector::answering(&[
        ("503 Service Unavailable", ""),
        ("200 OK", rejected),
        ("400 Bad Request", ""),
    ]);
    let server = tracing(&collector, |traces| traces);
    let mut operator = crate::support::Client::to(server.admin.as_ref().unwrap());
    let mut lost = |count: u64| {
        let line = format!("dayfly_http_spans_left_out_total {count}");
        until(&line, || operator.get("/metrics").text().lines().any(|found| found == line));
    };
    server.client().get("/one");
    // It is sent once more after the first answer, and refused by the second; what comes then, by the third.
    lost(1);
    server.client().get("/two");
    lost(2);
    server.client().get("/three");
    until("it is sent", || collector.seen().len() == 4);
    lost(2);
    let paths: Vec<Value> = collector.spans().iter().map(|span| attribute(span, "url.path")).collect();
    assert_eq!(paths, ["/one", "/one", "/two", "/three"]);
    server.finish();
}

#[test]
fn without_a_collector_everything_else_goes_on() {
    // Nobody listens there any more.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let traces = Traces::to(format!("http://{address}")).start().unwrap();
    let builder = Server::builder().listen("127.0.0.1:0".parse().unwrap()).threads(NonZero::<usize>::MIN);
    let server = Running::of(builder.traces(traces.clone()), Form::Json);
    let mut client = server.client();
    for _ in 0..20 {
        assert_eq!(client.get("/hello").status, 200);
    }
    drop(client);
    assert_eq!(server.finish().lines().count(), 20);
    assert_eq!(traces.dropped(), 20, "who is in a hurry tries once");
}
