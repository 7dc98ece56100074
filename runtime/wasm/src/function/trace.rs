//! The trace that a request is a part of, to be handed on by what its guest asks for.

use dayfly_core::{TraceParent, is_trace_state};
use dayfly_host_api::net::Trace;
use http::{HeaderMap, HeaderName, HeaderValue};

const PARENT: HeaderName = HeaderName::from_static("traceparent");
const STATE: HeaderName = HeaderName::from_static("tracestate");
/// What a system has to hand on of each, in bytes. A server that makes spans has made them itself; one that makes none hands
/// on what any client said.
const MOST: usize = 512;

/// What the head of a request says; none where it says nothing, or what can't be handed on.
pub(crate) fn trace(headers: &HeaderMap) -> Option<Trace> {
    let mut said = headers.get_all(PARENT).iter();
    let (Some(parent), None) = (said.next(), said.next()) else { return None };
    let is_one = parent.len() <= MOST && TraceParent::parse(parent.as_bytes()).is_some();
    is_one.then(|| Trace::new(parent.clone(), state(headers)))
}

/// What systems on the way said besides. The whole of it is left out where it is not what it should be: anybody may have
/// sent it, and a server may refuse a request for it.
fn state(headers: &HeaderMap) -> Vec<HeaderValue> {
    let state: Vec<_> = headers.get_all(STATE).iter().cloned().collect();
    let bytes: usize = state.iter().map(HeaderValue::len).sum();
    let is_one = bytes <= MOST && is_trace_state(state.iter().map(HeaderValue::as_bytes));
    if is_one { state } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn headers(parents: &[&str], states: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, values) in [(PARENT, parents), (STATE, states)] {
            for value in values {
                headers.append(&name, value.parse().unwrap());
            }
        }
        headers
    }

    #[test]
    fn what_is_a_trace_is_handed_on() {
        assert!(trace(&headers(&[ONE], &[])).is_some());
        assert!(trace(&headers(&[&ONE.replace("00-4", "01-4")], &[])).is_some());
        assert_eq!(state(&headers(&[], &["a=1,b@c=2", "d=3"])).len(), 2);
        assert_eq!(state(&headers(&[], &["a=1, ,b=2"])).len(), 1);
    }

    #[test]
    fn what_is_none_is_not() {
        let later = format!("{}-{}", ONE.replace("00-4", "01-4"), "x".repeat(MOST));
        for wrong in
            [&[][..], &[ONE, ONE], &["00-x"], &[&ONE.to_uppercase()], &[&ONE.replace('-', ".")], &[&later]]
        {
            assert!(trace(&headers(wrong, &[])).is_none(), "{wrong:?}");
        }
        let long = ["a=1"; 200].join(",");
        for wrong in ["no member", "=1", &long] {
            assert!(state(&headers(&[], &[wrong])).is_empty(), "{wrong}");
        }
    }
}
