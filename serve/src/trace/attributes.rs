//! What is said of a request, by the names of OpenTelemetry's
//! [conventions](https://opentelemetry.io/docs/specs/semconv/http/http-spans/).

use std::borrow::Cow;
use std::time::Duration;

use http::uri::Authority;
use http::{Method, Version};

use super::json::{Attribute, Value};
use super::span::Ended;
use crate::Peer;
use crate::exchange::Delivery;

/// Parameters of queries that are secrets of others, whose values are not said.
const SECRETS: [&str; 4] = ["AWSAccessKeyId", "Signature", "sig", "X-Goog-Signature"];

/// Methods that are named: every other one is a word of the client's.
const METHODS: [Method; 9] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::DELETE,
    Method::CONNECT,
    Method::OPTIONS,
    Method::TRACE,
    Method::PATCH,
];

/// What a span is called: there are few such names, whatever clients ask for.
pub(super) fn name(span: &Ended) -> String {
    let method = if METHODS.contains(&span.method) { span.method.as_str() } else { "HTTP" };
    match &span.route {
        Some(route) => format!("{method} {route}"),
        None => method.to_owned(),
    }
}

/// Why a request failed, as a word of few; none where it did not, or it is its client's own fault.
pub(super) fn failure(span: &Ended) -> Option<Cow<'static, str>> {
    match (span.status, span.delivery) {
        (Some(status), _) if status.is_server_error() => Some(status.as_str().to_owned().into()),
        (_, Delivery::Broken) => Some("broken".into()),
        (_, Delivery::Stopped) => Some("stopped".into()),
        _ => None,
    }
}

pub(super) fn attributes(span: &Ended) -> Vec<Attribute<'_>> {
    let mut all = Vec::with_capacity(24);
    let mut say = |key, value| all.push(Attribute { key, value });
    if METHODS.contains(&span.method) {
        say("http.request.method", Value::text(span.method.as_str()));
    } else {
        say("http.request.method", Value::text("_OTHER"));
        say("http.request.method_original", Value::text(span.method.as_str()));
    }
    say("url.scheme", Value::text(if span.secure { "https" } else { "http" }));
    say("url.path", Value::text(&span.path));
    if let Some(query) = &span.query {
        say("url.query", Value::Text(without_secrets(query)));
    }
    if let Some(route) = &span.route {
        say("http.route", Value::text(route));
    }
    if let Some(status) = span.status {
        say("http.response.status_code", Value::whole(status.as_u16()));
    }
    if let Some(why) = failure(span) {
        say("error.type", Value::Text(why));
    }
    say(
        "network.protocol.version",
        Value::text(match span.version {
            Version::HTTP_10 => "1.0",
            Version::HTTP_2 => "2",
            _ => "1.1",
        }),
    );
    match span.peer {
        Peer::Tcp(address) => {
            say("client.address", Value::Text(address.ip().to_string().into()));
            say("network.peer.address", Value::Text(address.ip().to_string().into()));
            say("network.peer.port", Value::whole(address.port()));
        }
        Peer::Unix => say("network.transport", Value::text("unix")),
    }
    if let Some(host) = span.host.as_deref().and_then(|host| Authority::try_from(host).ok()) {
        say("server.address", Value::Text(host.host().to_owned().into()));
        if let Some(port) = host.port_u16() {
            say("server.port", Value::whole(port));
        }
    }
    if let Some(agent) = &span.user_agent {
        say("user_agent.original", Value::text(agent));
    }
    say("http.request.body.size", Value::whole(span.received));
    say("http.response.body.size", Value::whole(span.sent));
    say("dayfly.request.id", Value::text(&span.id));
    if let Some(function) = &span.function {
        say("dayfly.function", Value::text(function));
    }
    if let Some(delivery) = span.delivery.word() {
        say("dayfly.delivery", Value::text(delivery));
    }
    if let Some((ended, usage)) = &span.guest {
        say("dayfly.guest.ending", Value::text(ended));
        say("dayfly.guest.cpu_time", Value::Real(Duration::from_nanos(usage.cpu_ns).as_secs_f64()));
        say("dayfly.guest.wall_time", Value::Real(Duration::from_nanos(usage.wall_ns).as_secs_f64()));
        say("dayfly.guest.peak_memory", Value::whole(usage.peak_memory_bytes));
    }
    all
}

/// The query, with a word in the place of each value that is somebody's secret.
fn without_secrets(query: &str) -> Cow<'_, str> {
    let is_secret = |part: &str| part.split_once('=').is_some_and(|(name, _)| SECRETS.contains(&name));
    if !query.split('&').any(is_secret) {
        return query.into();
    }
    let parts = query.split('&').map(|part| match part.split_once('=') {
        Some((name, _)) if SECRETS.contains(&name) => Cow::from(format!("{name}=REDACTED")),
        _ => Cow::from(part),
    });
    parts.collect::<Vec<_>>().join("&").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_queries_stay_secret() {
        assert_eq!(without_secrets("a=b&sig=x%20y&c"), "a=b&sig=REDACTED&c");
        assert_eq!(without_secrets("a=b&signature=x"), "a=b&signature=x");
    }
}
