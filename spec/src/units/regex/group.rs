//! What a parenthesis begins.

use std::collections::HashSet;

use super::{Fault, fault_in};

/// An opening parenthesis with what belongs to it.
pub(super) struct Opening {
    /// Behind its name or flags.
    pub(super) end: usize,
    /// Whether a closing one belongs to it: flags alone (`(?i)`) close themselves.
    pub(super) opens: bool,
}

/// Reads the opening at a place; `names` are those of the groups before it.
pub(super) fn open<'t>(text: &'t str, at: usize, names: &mut HashSet<&'t str>) -> Result<Opening, Fault> {
    let rest = &text[at..];
    if !rest.starts_with("(?") {
        return Ok(Opening { end: at + 1, opens: true });
    }
    match ["(?P<", "(?<"].iter().find(|prefix| rest.starts_with(**prefix)) {
        // `(?<=` and `(?<!` look behind, which Go can't.
        Some(prefix) if !rest.starts_with("(?<=") && !rest.starts_with("(?<!") => {
            let name = at + prefix.len();
            let Some(length) = text[name..].find('>') else {
                return Err(fault_in(text, at..text.len(), "invalid named capture"));
            };
            let end = name + length;
            let called = &text[name..end];
            if called.is_empty() || !called.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()) {
                return Err(fault_in(text, at..end + 1, "invalid named capture"));
            }
            if !names.insert(called) {
                return Err(fault_in(text, name..end, "duplicate capture group name"));
            }
            Ok(Opening { end: end + 1, opens: true })
        }
        _ => flags(text, at),
    }
}

/// Flags: `(?i)`, `(?i-s:`.
fn flags(text: &str, at: usize) -> Result<Opening, Fault> {
    let (mut negative, mut some) = (false, false);
    let mut end = at + 2;
    for flag in text[at + 2..].chars() {
        end += flag.len_utf8();
        match flag {
            'i' | 'm' | 's' | 'U' => some = true,
            '-' if !negative => (negative, some) = (true, false),
            ':' | ')' if some || !negative => return Ok(Opening { end, opens: flag == ':' }),
            _ => break,
        }
    }
    Err(fault_in(text, at..end, "invalid or unsupported Perl syntax"))
}
