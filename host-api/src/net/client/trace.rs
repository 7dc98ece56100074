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
        is_parent(parent.as_bytes()).then(|| Trace { parent: parent.clone(), state: state(headers) })
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

/// Whether a field says a version, a trace, a span and flags, as the recommendation has them. A server that makes spans has
/// checked it before; one that makes none hands on what any client said.
fn is_parent(value: &[u8]) -> bool {
    const LENGTHS: [usize; 4] = [2, 32, 16, 2];
    let parts: Vec<_> = value.split(|&byte| byte == b'-').collect();
    let is_hex = |part: &&[u8]| part.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte));
    let is_nothing = |part: &[u8]| part.iter().all(|&byte| byte == b'0');
    parts.iter().map(|part| part.len()).eq(LENGTHS)
        && parts.iter().all(is_hex)
        && parts[0] != b"ff"
        && !is_nothing(parts[1])
        && !is_nothing(parts[2])
}

/// What systems on the way said besides. The whole of it is left out where it is not what it should be: anybody may have
/// sent it, and a server may refuse a request for it.
fn state(headers: &HeaderMap) -> Vec<HeaderValue> {
    // What a system has to hand on, in bytes, and the most members that there may be.
    const MOST: usize = 512;
    const MEMBERS: usize = 32;
    let state: Vec<_> = headers.get_all(STATE).iter().cloned().collect();
    let members = || {
        state.iter().flat_map(|field| field.as_bytes().split(|&byte| byte == b',')).map(<[u8]>::trim_ascii)
    };
    let is_member = |member: &[u8]| {
        let printable = member.iter().all(|byte| (b' '..=b'~').contains(byte));
        member.is_empty()
            || printable && member.iter().position(|&byte| byte == b'=').is_some_and(|at| at > 0)
    };
    let bytes: usize = state.iter().map(HeaderValue::len).sum();
    if bytes <= MOST && members().count() <= MEMBERS && members().all(is_member) { state } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn handed_on(parent: &str, state: &[&str]) -> Option<usize> {
        let mut headers = HeaderMap::new();
        headers.insert(PARENT, parent.parse().unwrap());
        for state in state {
            headers.append(STATE, state.parse().unwrap());
        }
        Trace::of(&headers).map(|trace| trace.state.len())
    }

    #[test]
    fn what_is_a_trace_is_handed_on() {
        assert_eq!(handed_on(ONE, &["a=1,b@c=2", "d=3"]), Some(2));
        assert_eq!(handed_on(ONE, &["a=1, ,b=2"]), Some(1));
        assert_eq!(handed_on(&ONE.replace("00-4", "01-4"), &[]), Some(0));
    }

    #[test]
    fn what_is_none_is_not() {
        for wrong in [
            "-".repeat(ONE.len()),
            ONE.replace("00-4", "ff-4"),
            ONE.to_uppercase(),
            format!("{ONE}-"),
            ONE.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            ONE.replace("00f067aa0ba902b7", &"0".repeat(16)),
        ] {
            assert_eq!(handed_on(&wrong, &[]), None, "{wrong}");
        }
        let long = format!("a={}", "x".repeat(511));
        let many = vec!["a=1"; 33].join(",");
        for wrong in ["no member", "=1", long.as_str(), many.as_str()] {
            assert_eq!(handed_on(ONE, &[wrong]), Some(0), "{wrong}");
        }
    }
}
