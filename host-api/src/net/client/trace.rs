//! The trace that a guest is a part of: what of it its own requests hand on.

use http::{HeaderMap, HeaderName, HeaderValue};

const PARENT: HeaderName = HeaderName::from_static("traceparent");
const STATE: HeaderName = HeaderName::from_static("tracestate");

/// What a guest's requests say of the trace that they are a part of, as W3C's
/// [Trace Context](https://www.w3.org/TR/trace-context/) has it. It is said as it is: whether it is any is for who has it to
/// know.
#[derive(Clone, Debug)]
pub struct Trace {
    parent: HeaderValue,
    state: Vec<HeaderValue>,
}

impl Trace {
    /// A trace by the value of `traceparent`, and those of `tracestate`.
    pub fn new(parent: HeaderValue, state: Vec<HeaderValue>) -> Trace {
        Trace { parent, state }
    }

    /// Says it in the head of a request that says nothing of its own.
    pub(super) fn add_to(&self, headers: &mut HeaderMap) {
        if headers.contains_key(PARENT) {
            return;
        }
        headers.insert(PARENT, self.parent.clone());
        // It would belong to another one.
        headers.remove(STATE);
        for state in &self.state {
            headers.append(STATE, state.clone());
        }
    }
}
