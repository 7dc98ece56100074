//! What is said of a trace in the head of a request, as W3C's [Trace Context](https://www.w3.org/TR/trace-context/) has it:
//! who makes spans and who only hands them on read it in the same way.

/// Systems that may say something of a trace.
const MEMBERS: usize = 32;

/// What the field `traceparent` says: which trace, and which span of it asks. Neither name is zero.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TraceParent {
    /// The trace.
    pub trace: [u8; 16],
    /// The span that asks.
    pub span: [u8; 8],
    /// What is to be done with it, a bit each.
    pub flags: u8,
}

impl TraceParent {
    /// Reads `version-trace-span-flags`, each in small hexadecimal digits. Later versions may have more behind it. None where
    /// that is not what it is.
    pub fn parse(text: &[u8]) -> Option<TraceParent> {
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
        (trace != [0; 16] && span != [0; 8]).then_some(TraceParent { trace, span, flags })
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

/// Whether what systems on the way say in fields `tracestate` can be handed on: `name=value` each, between commas.
pub fn is_trace_state<'a>(fields: impl IntoIterator<Item = &'a [u8]>) -> bool {
    let mut count = 0;
    let members = fields.into_iter().flat_map(|value| value.split(|&byte| byte == b','));
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

    #[test]
    fn parents_are_understood() {
        let parent = TraceParent::parse(GOOD.as_bytes()).unwrap();
        assert_eq!((parent.trace[0], parent.span[7], parent.flags), (0x4b, 0xb7, 1));
        let later = GOOD.replacen("00", "cc", 1) + "-what-the-future-will-be-like";
        for same in [&later, &GOOD.replacen("00", "cc", 1)] {
            assert_eq!(TraceParent::parse(same.as_bytes()), Some(parent), "{same}");
        }
    }

    #[test]
    fn what_is_no_parent_is_none() {
        let mut wrong: Vec<String> = vec![String::new(), GOOD[..54].to_owned(), GOOD.to_owned() + "-x"];
        wrong.push(GOOD.to_uppercase());
        wrong.push(GOOD.replacen("00", "ff", 1));
        wrong.push(GOOD.replacen("00", "cc", 1) + ".x");
        wrong.push(GOOD.replace('-', "_"));
        wrong.push(GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)));
        wrong.push(GOOD.replace("00f067aa0ba902b7", &"0".repeat(16)));
        wrong.push(GOOD[..53].to_owned() + "0g");
        for wrong in &wrong {
            assert_eq!(TraceParent::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn states_are_handed_on_if_they_are_some() {
        let valid = |values: &[&str]| is_trace_state(values.iter().map(|value| value.as_bytes()));
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
