//! The trace that a guest is a part of, in the requests that it makes.

use dayfly_host_api::net::{Timeouts, Trace};
use http::HeaderMap;

use crate::support::policy::Listed;
use crate::support::server::{Server, ok, redirect};
use crate::support::{client, get};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

/// What is said of a trace in a head.
fn said(head: &str) -> String {
    let lines: Vec<&str> = head.lines().filter(|line| line.starts_with("trace")).collect();
    lines.join("\n")
}

#[tokio::test]
async fn requests_are_a_part_of_it_unless_they_say_otherwise() {
    let server =
        Server::start(|head| if head.starts_with("GET /moved") { redirect(302, "/") } else { ok("") }).await;
    let client = client(Listed::default());
    client.send(get(&server.url("/before"))).await.unwrap();
    let state = ["a=b", "c=d"].map(http::HeaderValue::from_static).into();
    client.trace(Some(Trace::new(http::HeaderValue::from_static(PARENT), state)));
    client.send(get(&server.url("/moved"))).await.unwrap();
    let request = http::Request::get(server.url("/")).body(http_body_util::Empty::new()).unwrap();
    drop(client.open(request, Timeouts::default()).await.unwrap());
    let mut own = get(&server.url("/own"));
    own.headers = headers(&[("traceparent", "mine")]);
    client.send(own).await.unwrap();
    let mut half = get(&server.url("/half"));
    half.headers = headers(&[("tracestate", "mine=1")]);
    client.send(half).await.unwrap();

    client.trace(None);
    client.send(get(&server.url("/after"))).await.unwrap();

    let seen = server.seen();
    let whole = format!("traceparent: {PARENT}\ntracestate: a=b\ntracestate: c=d");
    let found: Vec<_> = seen.iter().map(|head| said(head)).collect();
    assert_eq!(found, ["", &whole, &whole, &whole, "traceparent: mine", &whole, ""]);
}
