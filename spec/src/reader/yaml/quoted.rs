//! Texts in quotes that go on without indentation.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScanError};

use super::super::Result;
use super::fault;
use crate::decode::Context;
use crate::{Code, Diagnostic, Span};

/// Where a text that a quote opens ends, behind its closing quote; nowhere if the file or the document ends before.
pub(super) fn end(text: &str, start: usize) -> Option<usize> {
    let quote = text[start..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut chars = text[start + 1..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = start + 1 + at + c.len_utf8();
        match c {
            '\\' if quote == '"' => {
                chars.next_if(|(_, escaped)| !matches!(escaped, '\n' | '\r'));
            }
            '\'' if quote == '\'' && text[next..].starts_with('\'') => {
                chars.next();
            }
            c if c == quote => return Some(next),
            '\n' | '\r' if starts_document(&text[next..]) => return None,
            _ => {}
        }
    }
    None
}

fn starts_document(line: &str) -> bool {
    let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

/// What a text stands for of which the parser saw only where it is; warns about it.
pub(super) fn read(text: &str, written: Range<usize>, context: &mut Context<'_>) -> Result<String> {
    let quoted = &text[written.clone()];
    // The parser places what is wrong inside of a text at its start.
    let wrong = |fault: ScanError| Box::new(fault::diagnose(fault.info(), written.start, text, None));
    let value = value(quoted).map_err(wrong)?;
    let first = quoted.lines().next().map_or(0, |line| line.trim_end().len());
    let message = "the lines of this text are indented less than YAML wants them to be";
    let warning =
        Diagnostic::warning(Code::OutdentedText, Span::new(written.start, written.start + first), message);
    context.report(match field(quoted) {
        Some(name) => warning.help(format!(
            "is its closing quote missing? `{name}:` is read as a part of the text, which goes on to the next quote"
        )),
        None => warning.help("indent them deeper than the name that the text belongs to"),
    });
    Ok(value)
}

/// What a text in quotes stands for, read by itself.
fn value(quoted: &str) -> Result<String, ScanError> {
    for event in Parser::new_from_str(quoted) {
        if let (Event::Scalar(value, ..), _) = event? {
            return Ok(value.into_owned());
        }
    }
    Ok(String::new())
}

/// The name that a line begins with as if it were a field and no text.
fn field(quoted: &str) -> Option<&str> {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
    };
    quoted.lines().skip(1).find_map(|line| {
        let (name, rest) = line.trim_start().trim_start_matches("- ").split_once(':')?;
        let is_field = is_name(name) && (rest.is_empty() || rest.starts_with([' ', '\t']));
        is_field.then_some(name)
    })
}
