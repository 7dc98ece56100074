//! Spans as a collector reads them: [OTLP](https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding) in JSON.

use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use serde::Serialize;

use super::attributes::{attributes, failure, name};
use super::context::Hex;
use super::span::Ended;

/// The kind of a span that answers somebody.
const SERVER: u8 = 2;
/// The status of a span that failed.
const FAILED: u8 = 2;
/// The flag of a span of which it is known whether its parent is elsewhere, and that of one of which it is.
const KNOWN: u32 = 0x100;
const REMOTE: u32 = 0x200;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    resource_spans: [ResourceSpans<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceSpans<'a> {
    resource: Resource<'a>,
    scope_spans: [ScopeSpans<'a>; 1],
}

#[derive(Serialize)]
struct Resource<'a> {
    attributes: Vec<Attribute<'a>>,
}

#[derive(Serialize)]
struct ScopeSpans<'a> {
    scope: Scope,
    spans: Vec<Span<'a>>,
}

#[derive(Serialize)]
struct Scope {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Span<'a> {
    trace_id: String,
    span_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    trace_state: &'a str,
    flags: u32,
    name: String,
    kind: u8,
    start_time_unix_nano: String,
    end_time_unix_nano: String,
    attributes: Vec<Attribute<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status<'a>>,
}

#[derive(Serialize)]
struct Status<'a> {
    code: u8,
    #[serde(skip_serializing_if = "str::is_empty")]
    message: &'a str,
}

/// One thing that is said of a span, or of who sends it.
#[derive(Serialize)]
pub(super) struct Attribute<'a> {
    pub(super) key: &'a str,
    pub(super) value: Value<'a>,
}

#[derive(Serialize)]
pub(super) enum Value<'a> {
    #[serde(rename = "stringValue")]
    Text(Cow<'a, str>),
    /// In digits: not every reader of JSON has integers of 64 bits.
    #[serde(rename = "intValue")]
    Whole(String),
    #[serde(rename = "doubleValue")]
    Real(f64),
}

impl<'a> Value<'a> {
    pub(super) fn text(text: &'a str) -> Value<'a> {
        Value::Text(text.into())
    }

    pub(super) fn whole(number: impl Into<u64>) -> Value<'static> {
        Value::Whole(number.into().to_string())
    }
}

/// The spans of some requests, with who sends them.
pub(super) fn write(resource: &[(String, String)], spans: &[Ended]) -> Bytes {
    let resource = resource.iter().map(|(key, value)| Attribute { key, value: Value::text(value) });
    let scope = Scope { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
    let request = Request {
        resource_spans: [ResourceSpans {
            resource: Resource { attributes: resource.collect() },
            scope_spans: [ScopeSpans { scope, spans: spans.iter().map(span).collect() }],
        }],
    };
    // Neither writing to memory fails, nor does an object of these.
    serde_json::to_vec(&request).unwrap_or_default().into()
}

fn span(span: &Ended) -> Span<'_> {
    let status = failure(span).map(|_| {
        let message = span.why.as_deref().unwrap_or_default();
        Status { code: FAILED, message }
    });
    Span {
        trace_id: Hex(&span.context.trace).to_string(),
        span_id: Hex(&span.context.span).to_string(),
        parent_span_id: span.parent.map(|parent| Hex(&parent).to_string()),
        trace_state: &span.state,
        flags: u32::from(span.context.flags()) | KNOWN | if span.parent.is_some() { REMOTE } else { 0 },
        name: name(span),
        kind: SERVER,
        start_time_unix_nano: nanoseconds(span.begun),
        end_time_unix_nano: nanoseconds(span.ended),
        attributes: attributes(span),
        status,
    }
}

fn nanoseconds(time: SystemTime) -> String {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
}
