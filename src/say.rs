//! Words for people, on standard error and standard output.

use std::io::{self, ErrorKind, Write as _};

/// Says one thing on standard error. What it is about may come from a file or a guest: control characters are
/// shown and not sent, and further lines are indented, so that nothing can look like words of dayfly's own.
pub(crate) fn say(text: &str) {
    let lines = visible(text).replace('\n', "\n        ");
    note(&format!("dayfly: {lines}\n"));
}

/// Writes text that is clean already to standard error. Nobody is left to be told that it is closed.
pub(crate) fn note(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Writes what was asked for to standard output; false if it can't be written. A reader that went away has seen
/// enough.
pub(crate) fn print(text: &str) -> bool {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            say(&format!("standard output can't be written: {error}"));
            false
        }
        _ => true,
    }
}

/// Whether somebody still takes what is passed on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Passed {
    On,
    /// The reader went away.
    ToNobody,
}

/// Passes what a guest wrote on to standard output or error, as it is: it is the guest's and not dayfly's to say.
pub(crate) fn pass_on(bytes: &[u8], to_stderr: bool) -> io::Result<Passed> {
    let written = if to_stderr {
        io::stderr().write_all(bytes)
    } else {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes).and_then(|()| stdout.flush())
    };
    match written {
        Ok(()) => Ok(Passed::On),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Passed::ToNobody),
        Err(error) => {
            let name = if to_stderr { "standard error" } else { "standard output" };
            Err(io::Error::other(format!("{name} can't be written: {error}")))
        }
    }
}

/// The text with every character as an escape that would move the cursor, turn the order of others around or not be
/// seen at all; but not the end of a line.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if (character.is_control() && character != '\n') || is_hidden(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whether a terminal may show what follows in another order, or on another line, because of it, or shows nothing
/// for it. (Joiners stay: scripts and emoji need them.)
pub(crate) fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// The same for what has to stay on one line.
pub(crate) fn visible_line(text: &str) -> String {
    visible(text).replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_a_cursor_is_sent() {
        assert_eq!(visible("a\x1b[31mb\u{9b}c\r\n\u{7}"), "a\\u{1b}[31mb\\u{9b}c\\r\n\\u{7}");
        assert_eq!(visible_line("a\nb"), "a\\nb");
    }

    #[test]
    fn nothing_that_turns_text_around_is_sent() {
        assert_eq!(visible("a\u{202e}txt.exe\u{2066}\u{2028}b"), "a\\u{202e}txt.exe\\u{2066}\\u{2028}b");
        assert_eq!(visible("\u{200e}\u{200f}\u{61c}"), "\\u{200e}\\u{200f}\\u{61c}");
        assert_eq!(visible("Na\u{200b}me\u{feff}\u{ad}"), "Na\\u{200b}me\\u{feff}\\u{ad}");
        assert_eq!(visible("שלום, مرحبا, 你好 👩‍🔬"), "שלום, مرحبا, 你好 👩‍🔬", "words in any script stay");
    }
}
