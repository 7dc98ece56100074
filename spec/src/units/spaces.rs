//! Quantities with spaces between their characters, which mean nothing.

use std::ops::Range;

use super::Fault;

/// Reads a text without its spaces, as Bacalhau does. A fault is where it is in the text as written.
pub(super) fn without_spaces<T>(text: &str, read: impl FnOnce(&str) -> Result<T, Fault>) -> Result<T, Fault> {
    let bare: String = text.split_whitespace().collect();
    read(&bare).map_err(|fault| Fault { range: written(text, fault.range), ..fault })
}

/// Where a part of a text without spaces stands in the text as written.
fn written(text: &str, part: Range<usize>) -> Range<usize> {
    let mut bare = 0;
    let (mut start, mut end) = (None, None);
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        if bare >= part.start && start.is_none() {
            start = Some(at);
        }
        if bare < part.end {
            end = Some(at + c.len_utf8());
        }
        bare += c.len_utf8();
    }
    let start = start.unwrap_or(0);
    start..end.unwrap_or(start).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_text_as_written() {
        for (text, part, place) in [
            ("10 giga", 2..6, 3..7),
            (" 1 0 x ", 2..3, 5..6),
            (" 1 0 ", 0..2, 1..4),
            ("", 0..0, 0..0),
            ("  ", 0..0, 0..0),
        ] {
            assert_eq!(written(text, part), place, "{text}");
        }
    }
}
