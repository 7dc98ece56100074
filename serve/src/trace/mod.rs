//! Traces: a span for each request, as a part of its caller's trace, sent to a collector.
//!
//! * [`Context`] is what a caller says of its trace, and what a guest is told of its own, in the fields that W3C defines.
//! * [`Sampler`] says which requests have their spans sent.
//! * [`Span`] is one request; [`json`] is what it looks like to a collector: OTLP, in JSON over HTTP.
//! * [`Traces`] is where spans go. A request never waits for the collector: what that does not take in time is left out,
//!   and counted.
//!
//! The protocol is one message of a few fields. What there is in crates for it brings a second HTTP client or protocol
//! buffers, for the same bytes on the way.

mod attributes;
mod builder;
mod context;
mod export;
mod json;
mod post;
mod sampler;
mod span;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use http::HeaderMap;

use crate::Exchange;
use crate::request_id::Names;
pub use builder::{TracesBuilder, TracesError};
use context::{Context, STATE};
use export::Exporter;
pub use sampler::Sampler;
pub(crate) use span::Span;

/// Where the spans of requests go.
///
/// Each request is a span: a child of the one that its `traceparent` names, if it has one that is valid, or the first of
/// a trace of its own. What answers the request sees the span's own `traceparent`, to hand on.
#[derive(Clone)]
pub struct Traces {
    sampler: Sampler,
    exporter: Arc<Exporter>,
}

impl Traces {
    /// Begins with traces that are sent to a collector of OTLP over HTTP: `http://HOST:PORT` or `https://…`, with
    /// `/v1/traces` where no path is named.
    pub fn to(endpoint: impl Into<String>) -> TracesBuilder {
        TracesBuilder::new(endpoint.into())
    }

    /// Waits until the spans of all requests that are over were sent, for at most two seconds.
    pub fn flush(&self) {
        self.exporter.flush();
    }

    /// How many spans were left out since it was started: they came faster than they could be sent, or the collector did not
    /// take them.
    pub fn dropped(&self) -> u64 {
        self.exporter.dropped()
    }

    /// Begins the span of a request, and puts its context in the place of the caller's. None where there is no chance to
    /// make names of.
    pub(crate) fn begin(&self, fields: &mut HeaderMap, names: &Names) -> Option<Span> {
        let caller = Context::read(fields);
        if caller.is_none() || !context::is_state_valid(fields) {
            // It belongs to the other field.
            fields.remove(STATE);
        }
        let context = match &caller {
            Some(caller) => caller.child(names.chance()?, self.sampler.samples(Some(caller), caller.trace)),
            None => {
                let trace = names.chance()?;
                Context::new(trace, names.chance()?, self.sampler.samples(None, trace))
            }
        };
        fields.insert(context::PARENT, context.field());
        Some(Span::new(context, caller.map(|caller| caller.span), fields))
    }

    /// The request of a span is over.
    pub(crate) fn end(&self, span: Span, exchange: &Exchange, now: Instant) {
        if span.context.is_sampled() {
            self.exporter.add(span.end(exchange, now));
        }
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces").field("sampler", &self.sampler).finish_non_exhaustive()
    }
}
