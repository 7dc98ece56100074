//! What a module's author wrote, in messages: cut, and on one line.
//!
//! Names are as long as whoever made the module wants them to be, and may hold anything that a terminal obeys.

use std::fmt::{self, Write};

/// The most bytes of a name in a message.
pub(crate) const MAX_NAME: usize = 100;
/// The most bytes of a type in a message.
const MAX_TYPE: usize = 300;
/// The most bytes of what others say is wrong, which may quote names.
const MAX_WHY: usize = 1_000;
/// The most bytes of a line of text.
#[cfg(feature = "compile")]
const MAX_LINE: usize = 200;
#[cfg(feature = "compile")]
/// The most lines of it.
const MAX_LINES: usize = 12;

/// A name: cut, with its control characters escaped.
pub(crate) fn name(name: &str) -> String {
    short(MAX_NAME, format_args!("{name}"))
}

/// A type: cut.
pub(crate) fn ty(ty: &impl fmt::Display) -> String {
    short(MAX_TYPE, format_args!("{ty}"))
}

/// What is wrong, in the words of others: cut.
pub(crate) fn why(why: &(impl fmt::Display + ?Sized)) -> String {
    short(MAX_WHY, format_args!("{why}"))
}

/// At most `limit` bytes of what is written, and `…` for the rest, which is not even made.
pub(crate) fn short(limit: usize, what: fmt::Arguments<'_>) -> String {
    let mut bounded = Bounded { text: String::new(), limit };
    // The one error there is says that it is full.
    let _ = bounded.write_fmt(what);
    bounded.text
}

/// A text of several lines, each cut.
#[cfg(feature = "compile")]
pub(crate) fn lines(text: &str) -> String {
    let lines = text.lines().take(MAX_LINES).map(|line| short(MAX_LINE, format_args!("{line}")));
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

struct Bounded {
    text: String,
    limit: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, words: &str) -> fmt::Result {
        for character in words.chars() {
            let before = self.text.len();
            match character.is_control() {
                true => self.text.extend(character.escape_default()),
                false => self.text.push(character),
            }
            if self.text.len() > self.limit {
                self.text.truncate(before);
                self.text.push('…');
                return Err(fmt::Error);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_on_one_line() {
        assert_eq!(name("a\n\u{1b}b"), "a\\n\\u{1b}b");
        assert_eq!(name(&"é".repeat(1000)), format!("{}…", "é".repeat(50)));
        assert_eq!(short(3, format_args!("{}{}", "ab", "cd")), "abc…");
    }

    #[test]
    #[cfg(feature = "compile")]
    fn lines_are_cut_one_by_one() {
        let text = format!("what\n{}\n   {}^", "x".repeat(1000), " ".repeat(1000));
        let lines = lines(&text);
        assert!(lines.starts_with("what\nxxx") && lines.lines().all(|line| line.len() <= 203), "{lines}");
    }
}
