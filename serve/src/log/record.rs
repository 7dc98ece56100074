//! What a line says.

use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use dayfly_core::{Ending, OutputStream};
use http::{Method, StatusCode, Uri, Version};

use crate::exchange::{Delivery, Said};
use crate::request_id::RequestId;
use crate::{Exchange, Fate, Peer};

/// What a line says.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) time: SystemTime,
    pub(super) peer: Peer,
    pub(super) method: &'a Method,
    pub(super) target: &'a Uri,
    pub(super) version: Version,
    /// None where the request ended before it had an answer.
    pub(super) status: Option<StatusCode>,
    pub(super) received: u64,
    pub(super) sent: u64,
    pub(super) took: Duration,
    pub(super) function: Option<Arc<str>>,
    pub(super) id: &'a RequestId,
    pub(super) delivery: Delivery,
    pub(super) fate: Option<Fate>,
    /// How many requests the guest's instance was given before; 0 for a fresh one.
    pub(super) reused: u32,
    pub(super) why: Option<String>,
    /// The end of what the guest wrote to standard error, where it failed.
    pub(super) stderr: Option<String>,
}

impl<'a> Record<'a> {
    pub(super) fn of(exchange: &'a Exchange, now: Instant) -> Self {
        // Each is noted once and read here alone.
        let (fate, why) = (exchange.fate.take(), exchange.why.take());
        let ended_well = fate.as_ref().is_none_or(|fate| fate.ending == Ending::Exited(0));
        let stderr = if ended_well && why.is_none() { None } else { last_words(&exchange.said.borrow()) };
        Self {
            time: exchange.time,
            peer: exchange.peer,
            method: &exchange.method,
            target: &exchange.target,
            version: exchange.version,
            status: exchange.status.get(),
            received: exchange.received(),
            sent: exchange.sent.get(),
            took: now.saturating_duration_since(exchange.started),
            function: exchange.function.borrow().clone(),
            id: &exchange.id,
            delivery: exchange.delivery.get(),
            fate,
            reused: exchange.reused.get(),
            why,
            stderr,
        }
    }

    /// The path and the query that were asked for.
    pub(super) fn path(&self) -> &str {
        self.target.path_and_query().map_or("/", |path| path.as_str())
    }

    pub(super) fn protocol(&self) -> &'static str {
        match self.version {
            Version::HTTP_10 => "HTTP/1.0",
            Version::HTTP_2 => "HTTP/2",
            _ => "HTTP/1.1",
        }
    }
}

/// The most of what a failed guest wrote to standard error that stands in its line, in bytes.
const LAST_WORDS: usize = 1 << 10;

/// The end of what a guest wrote to standard error, if it wrote anything there.
fn last_words(said: &[Said]) -> Option<String> {
    let said = said.iter().find(|said| said.stream == OutputStream::Stderr)?;
    let text = said.text();
    let text = text.trim_end();
    let from = text.ceil_char_boundary(text.len().saturating_sub(LAST_WORDS));
    (!text.is_empty()).then(|| text[from..].to_owned())
}

impl Delivery {
    /// A word for it; none for what is as it should be.
    pub(crate) fn word(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::Cut => Some("cut"),
            Self::Broken => Some("broken"),
            Self::Stopped => Some("stopped"),
        }
    }
}

/// A word for how a guest ended, and what it is about.
pub(crate) fn ending(ending: &Ending) -> (&'static str, Option<Detail<'_>>) {
    match ending {
        Ending::Exited(code) => ("exited", Some(Detail::Code(*code))),
        Ending::Trapped(why) => ("trapped", Some(Detail::Text(why))),
        Ending::Limited(why) => ("limited", Some(Detail::Text(why))),
        Ending::TimedOut => ("timed-out", None),
        Ending::Cancelled => ("cancelled", None),
        Ending::Invalid(why) => ("invalid", Some(Detail::Text(why))),
        Ending::Denied { what, .. } => ("denied", Some(Detail::Text(what))),
        Ending::Unavailable(why) => ("unavailable", Some(Detail::Text(why))),
        Ending::Fault(why) => ("fault", Some(Detail::Text(why))),
        _ => ("other", None),
    }
}

/// What an ending is about.
pub(crate) enum Detail<'a> {
    Code(u32),
    Text(&'a str),
}

/// The longest text that a guest or a client may put into a line, in bytes.
const LONGEST: usize = 8 << 10;

/// Text of others, of which nothing controls a terminal, or looks like what stands around it.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl Escaped<'_> {
    /// Adds it to a line.
    pub(super) fn add_to(&self, line: &mut Vec<u8>) {
        if self.0.len() <= LONGEST && is_plain(self.0, true) {
            line.extend_from_slice(self.0.as_bytes());
        } else {
            // Writing to memory does not fail.
            let _ = write!(line, "{self}");
        }
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, self.0, true)
    }
}

/// The same where nothing stands around it: its quotes are what they are.
pub(super) struct Shown<'a>(pub(super) &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, self.0, false)
    }
}

fn show(f: &mut fmt::Formatter<'_>, text: &str, quoted: bool) -> fmt::Result {
    let (text, more) = bounded(text);
    let ends = |character| quoted && matches!(character, '"' | '\\');
    if is_plain(text, quoted) {
        f.write_str(text)?;
    } else {
        for character in text.chars() {
            match character {
                _ if ends(character) => write!(f, "\\{character}")?,
                '\n' => f.write_str("\\n")?,
                '\t' if !quoted => f.write_char(character)?,
                // What has no shape, or changes that of others, such as the direction of text.
                _ if character.is_control() || is_format(character) => {
                    write!(f, "{}", character.escape_unicode())?;
                }
                _ => f.write_char(character)?,
            }
        }
    }
    if more { f.write_str("…") } else { Ok(()) }
}

/// Whether a text stands for itself.
fn is_plain(text: &str, quoted: bool) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !(quoted && matches!(byte, b'"' | b'\\')))
}

/// The beginning of a text that is too long, and whether there is more of it.
pub(crate) fn bounded(text: &str) -> (&str, bool) {
    if text.len() <= LONGEST {
        return (text, false);
    }
    (&text[..text.floor_char_boundary(LONGEST)], true)
}

fn is_format(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_text_stays_text() {
        let table = [
            ("/a?b=c", "/a?b=c"),
            ("a\r\nb", "a\\u{d}\\nb"),
            ("\u{1b}[31m\u{7f}\u{85}", "\\u{1b}[31m\\u{7f}\\u{85}"),
            ("a\"b\\", "a\\\"b\\\\"),
            ("é\u{202e}", "é\\u{202e}"),
        ];
        for (text, escaped) in table {
            assert_eq!(Escaped(text).to_string(), escaped);
        }
        assert_eq!(Shown("a \"b\"\\\t\u{1b}").to_string(), "a \"b\"\\\t\\u{1b}");
        let edges = [String::new(), "a".repeat(LONGEST), "a".repeat(LONGEST + 1)];
        for text in table.iter().map(|(text, _)| *text).chain(edges.iter().map(String::as_str)) {
            let mut line = Vec::new();
            Escaped(text).add_to(&mut line);
            assert_eq!(String::from_utf8(line).unwrap(), Escaped(text).to_string());
        }
        let long = "é".repeat(LONGEST);
        assert_eq!(Escaped(&long).to_string().len(), LONGEST + '…'.len_utf8());
    }
}
