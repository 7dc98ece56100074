//! Characters in brackets.

use super::{Fault, LONGEST, escape, fault_in};

const NAMED: &[&str] = &[
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];

/// The end of the class whose bracket stands at a place.
pub(super) fn skip(text: &str, start: usize) -> Result<usize, Fault> {
    let mut at = start + 1 + usize::from(text[start + 1..].starts_with('^'));
    let mut first = true;
    loop {
        let rest = &text[at..];
        if rest.starts_with(']') && !first {
            return Ok(at + 1);
        }
        first = false;
        let named = rest.strip_prefix("[:").and_then(|rest| {
            let pairs = rest.as_bytes().windows(2).take(LONGEST);
            pairs.enumerate().find(|(_, pair)| pair == b":]").map(|(at, _)| at)
        });
        at = if let Some(length) = named {
            named_class(text, at, at + 2 + length)?
        } else if let Some(end) = rest.strip_prefix('\\').and_then(|_| escape::class(text, at)) {
            end?
        } else {
            range(text, start, at)?
        };
    }
}

/// The end of `[:name:]`, whose name ends at a place.
fn named_class(text: &str, at: usize, name_end: usize) -> Result<usize, Fault> {
    let name = &text[at + 2..name_end];
    if NAMED.contains(&name.strip_prefix('^').unwrap_or(name)) {
        Ok(name_end + 2)
    } else {
        Err(fault_in(text, at..name_end + 2, "invalid character class range"))
    }
}

/// The end of one character, or of a range of them.
fn range(text: &str, start: usize, at: usize) -> Result<usize, Fault> {
    let low = character(text, start, at)?;
    let rest = &text[low..];
    if !rest.starts_with('-') || rest[1..].starts_with(']') || rest.len() == 1 {
        return Ok(low);
    }
    let high = character(text, start, low + 1)?;
    let (from, to) = (&text[at..low], &text[low + 1..high]);
    // What escapes stand for is not compared: who writes them knows the order.
    let plain = !from.starts_with('\\') && !to.starts_with('\\');
    if plain && to.chars().next() < from.chars().next() {
        return Err(fault_in(text, at..high, "invalid character class range"));
    }
    Ok(high)
}

/// The end of one character of the class that begins at `start`.
fn character(text: &str, start: usize, at: usize) -> Result<usize, Fault> {
    match text[at..].chars().next() {
        Some('\\') => escape::character(text, at),
        Some(other) => Ok(at + other.len_utf8()),
        None => Err(fault_in(text, start..text.len(), "missing closing ]")),
    }
}
