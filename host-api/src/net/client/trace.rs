//! The trace that a guest is a part of: what of it its own requests hand on.

use http::{HeaderMap, HeaderName, HeaderValue};

const PARENT: HeaderName = HeaderName::from_static("traceparent");
const STATE: HeaderName = HeaderName::from_static("tracestate");

/// What a guest's requests say of the trace that they are a part of, as W3C's
/// [Trace Context](https://www.w3.org/TR/trace-context/) has it.
#[derive(Clone, Debug)]
pub struct Trace {
    parent: HeaderValue,
    state: Vec<HeaderValue>,
}

impl Trace {
    /// What the head of a request says that the guest answers; none where it says nothing, or what can't be handed on.
    pub fn of(headers: &HeaderMap) -> Option<Trace> {
        let mut said = headers.get_all(PARENT).iter();
        let (Some(parent), None) = (said.next(), said.next()) else { return None };
        let digits = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte) || *byte == b'-';
        let is_one = parent.len() == "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".len()
            && parent.as_bytes().iter().all(digits);
        let state = || headers.get_all(STATE).iter().cloned().collect();
        is_one.then(|| Trace { parent: parent.clone(), state: state() })
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
