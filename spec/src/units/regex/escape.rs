//! What a backslash begins.

use super::{Fault, fault_in};

/// The end of what begins with the backslash at a place that is in no brackets.
pub(super) fn outside(text: &str, at: usize) -> Result<usize, Fault> {
    match text[at + 1..].chars().next() {
        Some('A' | 'b' | 'B' | 'z') => Ok(at + 2),
        Some(_) => class(text, at).unwrap_or_else(|| character(text, at)),
        None => character(text, at),
    }
}

/// The end of a class of characters, `\d` or `\p{…}`; none where there is none.
pub(super) fn class(text: &str, at: usize) -> Option<Result<usize, Fault>> {
    let rest = &text[at..];
    match rest[1..].chars().next()? {
        'd' | 'D' | 's' | 'S' | 'w' | 'W' => Some(Ok(at + 2)),
        'p' | 'P' if rest[2..].starts_with('{') => Some(match rest.find('}') {
            Some(end) => Ok(at + end + 1),
            None => Err(fault_in(text, at..text.len(), "invalid character class range")),
        }),
        'p' | 'P' => Some(match rest[2..].chars().next() {
            Some(name) => Ok(at + 2 + name.len_utf8()),
            None => Err(fault_in(text, at..text.len(), "invalid character class range")),
        }),
        _ => None,
    }
}

/// The end of an escape that stands for one character.
pub(super) fn character(text: &str, at: usize) -> Result<usize, Fault> {
    let rest = &text[at + 1..];
    let digits = |text: &str, radix, most| text.chars().take(most).take_while(|c| c.is_digit(radix)).count();
    let length = match rest.chars().next() {
        None => {
            let says = "trailing backslash at end of expression: ``";
            return Err(Fault::new(at..at + 1, says));
        }
        // One digit alone would be a reference to a group, which Go does not have.
        Some('1'..='7') if digits(rest, 8, 2) < 2 => None,
        Some('0'..='7') => Some(digits(rest, 8, 3)),
        Some('x') => hexadecimal(&rest[1..]).map(|length| 1 + length),
        Some('a' | 'f' | 'n' | 'r' | 't' | 'v') => Some(1),
        Some(other) => (other.is_ascii() && !other.is_ascii_alphanumeric()).then_some(1),
    };
    match length {
        Some(length) => Ok(at + 1 + length),
        None => {
            let braces = rest.strip_prefix("x{").and_then(|inside| inside.find('}')).map(|end| end + 3);
            let shown = braces.or_else(|| rest.chars().next().map(char::len_utf8)).unwrap_or(0);
            Err(fault_in(text, at..at + 1 + shown, "invalid escape sequence"))
        }
    }
}

/// The length of the digits behind `\x`: two of them, or some in braces.
fn hexadecimal(rest: &str) -> Option<usize> {
    let (digits, length) = match rest.strip_prefix('{') {
        Some(inside) => {
            let end = inside.find('}')?;
            (&inside[..end], end + 2)
        }
        None => (rest.get(..2)?, 2),
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok()?;
    (plain && number <= 0x10_ffff).then_some(length)
}
