//! A line of a job file as a terminal can show it: whatever it holds, and however long it is.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::say::is_hidden;

/// The most columns of a line that are shown.
pub(super) const WIDEST: usize = 120;

/// Columns that a tab is shown as.
const TAB: &str = "    ";

/// The part of a line that is shown.
pub(super) struct Window<'t> {
    line: &'t str,
    /// The bytes of the line that are shown.
    bytes: Range<usize>,
    /// What is shown for them, with `…` where something is left out.
    pub(super) shown: String,
}

impl<'t> Window<'t> {
    /// A window around some bytes of a line. Job files hold whole modules in one line.
    pub(super) fn around(line: &'t str, wanted: Range<usize>) -> Window<'t> {
        let whole = forward(line, 0, WIDEST);
        let bytes = if whole == line.len() {
            0..whole
        } else {
            let wanted = wanted.start..forward(line, wanted.start, WIDEST).min(wanted.end);
            let room = WIDEST - width(&line[wanted.clone()]).min(WIDEST);
            let start = back(line, wanted.start, room / 2);
            start..forward(line, start, WIDEST)
        };
        let cut = |is_cut: bool| if is_cut { "…" } else { "" };
        let shown =
            format!("{}{}{}", cut(bytes.start > 0), clean(&line[bytes.clone()]), cut(bytes.end < line.len()));
        Window { line, bytes, shown }
    }

    /// The columns, from 0, at which some bytes of the line are shown; at least one.
    pub(super) fn columns(&self, part: &Range<usize>) -> Range<usize> {
        let inside = |at: usize| at.clamp(self.bytes.start, self.bytes.end);
        let (start, end) = (inside(part.start), inside(part.end));
        let first = usize::from(self.bytes.start > 0) + width(&self.line[self.bytes.start..start]);
        first..first + width(&self.line[start..end]).max(1)
    }
}

/// How many columns a text takes as it is shown.
pub(super) fn width(text: &str) -> usize {
    clean(text).width()
}

/// The text without anything that moves a cursor, turns the order of others around or can't be seen.
fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => cleaned.push_str(TAB),
            // The pictures of control characters stand in their order.
            '\0'..='\x1f' => {
                cleaned.push(char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'))
            }
            '\x7f' => cleaned.push('\u{2421}'),
            _ if character.is_control() || is_hidden(character) => cleaned.push('\u{fffd}'),
            _ => cleaned.push(character),
        }
    }
    cleaned
}

fn width_of(character: char) -> usize {
    match character {
        '\t' => TAB.len(),
        _ if character.is_control() || is_hidden(character) => 1,
        _ => character.width().unwrap_or(0),
    }
}

/// The byte after as many characters from `start` on as fit into some columns. Bytes are bounded too: many
/// characters take no column at all.
fn forward(line: &str, start: usize, columns: usize) -> usize {
    let mut used = 0;
    for (at, character) in line[start..].char_indices() {
        used += width_of(character);
        if used > columns || at > columns * 8 {
            return start + at;
        }
    }
    line.len()
}

/// The same towards the start of the line.
fn back(line: &str, end: usize, columns: usize) -> usize {
    let mut used = 0;
    for (at, character) in line[..end].char_indices().rev() {
        used += width_of(character);
        if used > columns || end - at > columns * 8 {
            return at + character.len_utf8();
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown_as_pictures() {
        assert_eq!(clean("a\x1b[31m\u{202e}b\x7f\u{9b}\tc"), "a␛[31m�b␡�    c");
    }

    #[test]
    fn columns_are_those_of_the_terminal() {
        for (line, part, columns) in [
            ("abc", 1..2, 1..2),
            ("\tabc", 1..2, 4..5),
            ("名前: x", 8..9, 6..7),
            ("e\u{301}x", 3..4, 1..2),
            ("👩‍🔬x", 11..12, 2..3),
            ("abc", 3..3, 3..4),
        ] {
            assert_eq!(Window::around(line, part.clone()).columns(&part), columns, "{line}");
        }
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_shown() {
        let line = format!("{}WRONG{}", "x".repeat(1_000), "y".repeat(1_000));
        let part = 1_000..1_005;
        let window = Window::around(&line, part.clone());
        let columns = window.columns(&part);
        assert!(window.shown.starts_with("…x") && window.shown.ends_with("y…"), "{}", window.shown);
        assert_eq!(window.shown.chars().skip(columns.start).take(5).collect::<String>(), "WRONG");
        assert_eq!(window.shown.chars().count(), WIDEST + 2);
    }

    #[test]
    fn a_place_longer_than_the_window_is_marked_as_far_as_it_is_shown() {
        let line = format!("{{{}}}", "z".repeat(10_000));
        let window = Window::around(&line, 1..10_001);
        assert_eq!(window.columns(&(1..10_001)).end, WIDEST + 1, "{}", window.shown);
        // Characters without a width are bounded as well.
        let marks = format!("a{}", "\u{301}".repeat(100_000));
        assert!(Window::around(&marks, 0..marks.len()).shown.len() < 10_000);
    }
}
