//! YAML, with anchors, aliases and merge keys.

mod anchors;
mod builder;
mod fault;
mod mend;
mod merge;
mod offsets;
mod quoted;
mod scalar;

use std::borrow::Cow;

use builder::Builder;
use mend::Mended;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use super::{Kind, Node, Result, limits};
use crate::decode::Context;
use crate::{Code, Diagnostic, Span};

/// Reads a text of YAML.
pub(super) fn parse<'t>(text: &'t str, context: &mut Context<'_>) -> Result<Node<'t>> {
    check_brackets(text)?;
    let before = context.len();
    let mut mended = Mended::new(text);
    loop {
        let (fault, open) = match read(&mended, text, context) {
            Ok(node) => return Ok(node),
            Err(Fault::Told(diagnostic)) => return Err(diagnostic),
            Err(Fault::Parser(fault, open)) => (fault, open),
        };
        let (info, at) = (fault.info(), mended.byte(fault.marker().index()));
        if mended.mend(info, at) {
            context.split_off(before);
        } else if info.contains("recursion limit") {
            let length = text[at..].chars().next().map_or(0, char::len_utf8);
            return Err(super::too_deep(Span::new(at, at + length)));
        } else {
            let has_more = info.contains("trailing content after");
            return Err(Box::new(match has_more.then(|| mended.opened_before(at)).flatten() {
                Some(opened) => {
                    // What was said of the lines in between is of no use now.
                    context.split_off(before);
                    fault::reopened(opened, text)
                }
                None => fault::diagnose(info, at, text, open),
            }));
        }
    }
}

/// Why a reading gives nothing.
enum Fault {
    Told(Box<Diagnostic>),
    /// With what is open there, innermost.
    Parser(ScanError, Option<Span>),
}

impl From<Box<Diagnostic>> for Fault {
    fn from(diagnostic: Box<Diagnostic>) -> Fault {
        Fault::Told(diagnostic)
    }
}

/// Reads what the parser sees; the tree is one of `text`, which has the same places.
fn read<'t>(mended: &Mended<'t>, text: &'t str, context: &mut Context<'_>) -> Result<Node<'t>, Fault> {
    let mut parser = Parser::new_from_str(mended.seen());
    let mut builder = Builder::new(text);
    let (mut documents, mut second) = (0, Span::default());
    while let Some(event) = parser.next_event() {
        let (event, place) = event.map_err(|fault| Fault::Parser(fault, builder.innermost()))?;
        let span = Span::new(mended.byte(place.start.index()), mended.byte(place.end.index()));
        // Many a file ends with a `---` that nothing follows.
        if documents > 1 && !is_nothing(&event) {
            let message = "a second document starts here; a job file holds one";
            return Err(Box::new(Diagnostic::error(Code::SeveralDocuments, second, message)).into());
        }
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                second = span;
            }
            _ if documents > 1 => {}
            Event::Alias(anchor) => builder.alias(anchor, span)?,
            Event::Scalar(value, style, anchor, tag) => {
                let value = match mended.folded(span) {
                    Some(quoted) => Cow::Owned(quoted::read(text, quoted, context)?),
                    None => borrow(value, text, span),
                };
                let node = scalar::node(value, style, tag.as_deref(), span, context);
                builder.scalar(node, style, anchor)?;
            }
            Event::SequenceStart(anchor, tag) => {
                scalar::check_tag(tag.as_deref(), "seq", span, context);
                builder.open_list(anchor, span)?;
            }
            Event::MappingStart(anchor, tag) => {
                scalar::check_tag(tag.as_deref(), "map", span, context);
                builder.open_map(anchor, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close(span, context)?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }
    match builder.finish() {
        Some(node) if !matches!(node.kind, Kind::Null) => Ok(node),
        _ => Err(Box::new(Diagnostic::error(Code::Empty, Span::new(0, 0), "the file holds nothing")).into()),
    }
}

/// Whether an event is part of an empty document, or of none.
fn is_nothing(event: &Event<'_>) -> bool {
    match event {
        Event::Scalar(value, ScalarStyle::Plain, 0, None) => value.is_empty() || value == "~",
        event => !matches!(
            event,
            Event::Scalar(..) | Event::Alias(_) | Event::SequenceStart(..) | Event::MappingStart(..)
        ),
    }
}

/// Refuses what the parser would need too much memory to look ahead over.
fn check_brackets(text: &str) -> Result<()> {
    let Some(first) = text.find(['[', '{']) else { return Ok(()) };
    let mut commas = text[first..].bytes().enumerate().filter(|(_, byte)| *byte == b',');
    match commas.nth(limits::YAML_COMMAS) {
        None => Ok(()),
        Some((at, _)) => {
            let message =
                format!("more than {} commas are too many for lists in brackets", limits::YAML_COMMAS);
            let help = "write JSON, lists without brackets, or put the data into a file of its own";
            let span = Span::new(first + at, first + at + 1);
            Err(Box::new(Diagnostic::error(Code::TooMany, span, message).help(help)))
        }
    }
}

/// The parser copies every text; one that stands in the file as it is need not be kept twice.
fn borrow<'t>(value: Cow<'_, str>, text: &'t str, span: Span) -> Cow<'t, str> {
    let (start, end) = (span.start as usize, span.end as usize);
    let quotes = usize::from(end.saturating_sub(start) == value.len() + 2);
    match text.get(start + quotes..end.saturating_sub(quotes)) {
        Some(written) if written == value => Cow::Borrowed(written),
        _ => Cow::Owned(value.into_owned()),
    }
}
