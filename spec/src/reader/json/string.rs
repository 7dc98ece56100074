//! JSON's strings.

use std::borrow::Cow;

use super::super::{Kind, Node, Style};
use super::Failure;
use super::scanner::syntax;
use crate::decode::Context;
use crate::{Code, Diagnostic, Span};

/// Reads the string whose opening quote is at `start`; gives it and the place after its closing quote.
pub(super) fn scan<'t>(
    text: &'t str,
    start: usize,
    context: &mut Context<'_>,
) -> Result<(Node<'t>, usize), Failure> {
    // A text of YAML may be one: it has more escapes, tabs, and goes on in the next line.
    let yaml = |span, message| Failure { diagnostic: syntax(span, message), yaml: true };
    let mut owned = String::new();
    let mut at = start + 1;
    loop {
        let rest = &text[at..];
        let plain = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
        let Some(plain) = plain else {
            let line = text[start..].lines().next().map_or(0, str::len);
            let span = Span::new(start, start + line);
            return Err(syntax(span, "not valid JSON: the text has no closing quote").into());
        };
        let here = at + plain;
        match rest.as_bytes()[plain] {
            b'"' => {
                let value = if owned.is_empty() {
                    Cow::Borrowed(&text[at..here])
                } else {
                    owned.push_str(&text[at..here]);
                    Cow::Owned(owned)
                };
                let span = Span::new(start, here + 1);
                return Ok((Node { span, kind: Kind::Text(value, Style::Double) }, here + 1));
            }
            b'\\' => {
                owned.push_str(&text[at..here]);
                let Escape { character, length, half } = escape(&text[here..]).ok_or_else(|| {
                    let shown = text[here + 1..].chars().next().map_or(0, char::len_utf8);
                    let span = Span::new(here, here + 1 + shown);
                    yaml(span, "not valid JSON: an unknown escape")
                })?;
                owned.push(character);
                at = here + length;
                if half {
                    let message = "half of a character: the other half of the pair is missing";
                    let span = Span::new(here, at);
                    context.report(
                        Diagnostic::warning(Code::HalfCharacter, span, message)
                            .help("it is taken as U+FFFD, which stands for what can't be read"),
                    );
                }
            }
            b'\n' | b'\r' => {
                let span = Span::new(start, here);
                return Err(yaml(span, "not valid JSON: the text has no closing quote on its line"));
            }
            _ => {
                let span = Span::new(here, here + 1);
                return Err(yaml(
                    span,
                    "not valid JSON: a control character in a text; write it as an escape (`\\t`)",
                ));
            }
        }
    }
}

/// What an escape stands for.
struct Escape {
    character: char,
    /// Bytes of the escape.
    length: usize,
    /// Whether it is one half of a pair without the other.
    half: bool,
}

/// What an escape at the start of `rest` stands for.
fn escape(rest: &str) -> Option<Escape> {
    let character = match rest.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(rest),
        _ => return None,
    };
    Some(Escape { character, length: 2, half: false })
}

/// `\uXXXX`, or two of them for a character beyond the first 65536. Half a pair becomes U+FFFD, as in Go.
fn unicode(rest: &str) -> Option<Escape> {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let first = unit(2)?;
    if (0xd800..0xdc00).contains(&first) && rest.get(6..8) == Some("\\u") {
        let second = unit(8).filter(|second| (0xdc00..0xe000).contains(second));
        if let Some(second) = second {
            let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return Some(Escape { character: char::from_u32(code)?, length: 12, half: false });
        }
    }
    let whole = char::from_u32(first);
    Some(Escape { character: whole.unwrap_or(char::REPLACEMENT_CHARACTER), length: 6, half: whole.is_none() })
}
