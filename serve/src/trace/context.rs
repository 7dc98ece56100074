//! What is said of a trace in the head of a request: the fields `traceparent` and `tracestate` of W3C's
//! [Trace Context](https://www.w3.org/TR/trace-context/).

use std::fmt::Write as _;

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
            (Some(only), None) => Context::parse(only.as_bytes()),
            _ => None,
        }
    }

    /// `version-trace-span-flags`, each in small hexadecimal digits. Later versions may have more behind it.
    fn parse(text: &[u8]) -> Option<Context> {
        const LENGTH: usize = 55;
        let (head, rest) = text.split_at_checked(LENGTH)?;
        let version: [u8; 1] = bytes(head, 0)?;
        let dashes = [2, 35, 52].iter().all(|&at| head[at] == b'-');
        let ends = rest.is_empty() || (version[0] > 0 && rest[0] == b'-');
        if !dashes || !ends || version[0] == 0xff {
            return None;
        }
        let (trace, span) = (bytes(head, 3)?, bytes(head, 36)?);
        let [flags] = bytes(head, 53)?;
        (trace != [0; 16] && span != [0; 8]).then_some(Context {
            trace,
            span,
            flags: flags & (SAMPLED | RANDOM),
        })
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

/// So many bytes that stand there as small hexadecimal digits.
fn bytes<const N: usize>(text: &[u8], from: usize) -> Option<[u8; N]> {
    let digit = |at: usize| match text.get(at) {
        Some(digit @ b'0'..=b'9') => Some(digit - b'0'),
        Some(digit @ b'a'..=b'f') => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    for (number, byte) in bytes.iter_mut().enumerate() {
        let at = from + 2 * number;
        *byte = digit(at)? << 4 | digit(at + 1)?;
    }
    Some(bytes)
}

/// Systems that may say something of a trace.
const MEMBERS: usize = 32;

/// Whether what systems on the way say can be handed on: `name=value` each, between commas.
pub(super) fn is_state_valid(fields: &HeaderMap) -> bool {
    let mut count = 0;
    let members = fields.get_all(STATE).iter().flat_map(|value| value.as_bytes().split(|&byte| byte == b','));
    members.map(<[u8]>::trim_ascii).filter(|member| !member.is_empty()).all(|member| {
        count += 1;
        count <= MEMBERS && is_member(member)
    })
}

fn is_member(member: &[u8]) -> bool {
    let Some(equals) = member.iter().position(|&byte| byte == b'=') else { return false };
    let (name, value) = (&member[..equals], &member[equals + 1..]);
    let of_name = |&byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-*/@".contains(&byte);
    let of_value = |&byte: &u8| (b' '..=b'~').contains(&byte) && byte != b'=';
    (1..=256).contains(&name.len())
        && (name[0].is_ascii_lowercase() || name[0].is_ascii_digit())
        && name.iter().all(of_name)
        && (1..=256).contains(&value.len())
        && value.iter().all(of_value)
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
        let later = GOOD.replacen("00", "cc", 1) + "-what-the-future-will-be-like";
        assert_eq!(read(&[&later]), Some(context));
        assert_eq!(read(&[&GOOD.replacen("00", "cc", 1)]), Some(context));
        let other = read(&[&(GOOD[..53].to_owned() + "fe")]).unwrap();
        assert!(!other.is_sampled() && other.field().to_str().unwrap().ends_with("-02"));
    }

    #[test]
    fn what_is_no_context_is_none() {
        let mut wrong: Vec<String> = vec![String::new(), GOOD[..54].to_owned(), GOOD.to_owned() + "-x"];
        wrong.push(GOOD.to_uppercase());
        wrong.push(GOOD.replacen("00", "ff", 1));
        wrong.push(GOOD.replacen("00", "cc", 1) + ".x");
        wrong.push(GOOD.replace('-', "_"));
        wrong.push(GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)));
        wrong.push(GOOD.replace("00f067aa0ba902b7", &"0".repeat(16)));
        wrong.push(GOOD[..53].to_owned() + "0g");
        for wrong in &wrong {
            assert_eq!(read(&[wrong]), None, "{wrong}");
        }
        assert_eq!(read(&[GOOD, GOOD]), None);
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn states_are_handed_on_if_they_are_some() {
        let valid = |values: &[&str]| {
            let mut fields = HeaderMap::new();
            for value in values {
                fields.append(STATE, value.parse().unwrap());
            }
            is_state_valid(&fields)
        };
        let many = vec!["a=b"; 33].join(",");
        let long = format!("a={}", "x".repeat(257));
        for good in
            [&["rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"][..], &["a@b=c ,, d=e"], &["a=1", "b=2"], &[""], &[]]
        {
            assert!(valid(good), "{good:?}");
        }
        for wrong in ["a", "=b", "a=", "A=b", "a=b=c", "a b=c", &many, &long] {
            assert!(!valid(&[wrong]), "{wrong}");
        }
    }
}
