//! What is said of a trace in the head of a request: the fields `traceparent` and `tracestate` of W3C's
//! [Trace Context](https://www.w3.org/TR/trace-context/).

use std::fmt::Write as _;

use dayfly_core::{TraceParent, is_trace_state};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Which trace, and which span of it asks.
pub(super) const PARENT: HeaderName = HeaderName::from_static("traceparent");
/// What systems on the way say of it, each in its own words.
pub(super) const STATE: HeaderName = HeaderName::from_static("tracestate");

/// The flag of a trace whose spans are kept.
const SAMPLED: u8 = 1;
/// The flag of a trace whose name is by chance.
const RANDOM: u8 = 2;

/// A span of a trace. Neither name is zero.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Context {
    pub(super) trace: [u8; 16],
    pub(super) span: [u8; 8],
    flags: u8,
}

impl Context {
    /// The first span of a trace.
    pub(super) fn new(trace: [u8; 16], span: [u8; 8], sampled: bool) -> Context {
        Context { trace, span, flags: RANDOM | if sampled { SAMPLED } else { 0 } }
    }

    /// A span below this one.
    pub(super) fn child(&self, span: [u8; 8], sampled: bool) -> Context {
        let sampled = if sampled { SAMPLED } else { 0 };
        Context { trace: self.trace, span, flags: self.flags & RANDOM | sampled }
    }

    /// What a caller says; none where it says nothing, says it twice, or says what is none.
    pub(super) fn read(fields: &HeaderMap) -> Option<Context> {
        let mut said = fields.get_all(PARENT).iter();
        match (said.next(), said.next()) {
            (Some(only), None) => {
                let TraceParent { trace, span, flags } = TraceParent::parse(only.as_bytes())?;
                Some(Context { trace, span, flags: flags & (SAMPLED | RANDOM) })
            }
            _ => None,
        }
    }

    /// Whether spans of the trace are kept.
    pub(super) fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    pub(super) fn flags(&self) -> u8 {
        self.flags
    }

    /// What is said to who is asked next.
    pub(super) fn field(&self) -> HeaderValue {
        let mut text = String::with_capacity(55);
        // Writing to memory does not fail.
        let _ = write!(text, "00-{}-{}-{:02x}", Hex(&self.trace), Hex(&self.span), self.flags);
        // Digits and dashes: it is always one.
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
    }
}

/// Bytes as hexadecimal digits.
pub(super) struct Hex<'a>(pub(super) &'a [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Whether what systems on the way say can be handed on.
pub(super) fn is_state_valid(fields: &HeaderMap) -> bool {
    is_trace_state(fields.get_all(STATE).iter().map(HeaderValue::as_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the recommendation.
    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn read(values: &[&str]) -> Option<Context> {
        let mut fields = HeaderMap::new();
        for value in values {
            fields.append(PARENT, value.parse().unwrap());
        }
        Context::read(&fields)
    }

    #[test]
    fn callers_are_understood() {
        let context = read(&[GOOD]).unwrap();
        assert!(context.is_sampled());
        assert_eq!(context.field(), GOOD);
        let other = read(&[&(GOOD[..53].to_owned() + "fe")]).unwrap();
        assert!(!other.is_sampled() && other.field().to_str().unwrap().ends_with("-02"));
    }

    #[test]
    fn what_is_no_context_is_none() {
        for wrong in [&[][..], &[GOOD, GOOD], &[&GOOD.to_uppercase()]] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
