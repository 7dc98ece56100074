//! YAML, with anchors, aliases and merge keys.

mod anchors;
mod builder;
mod fault;
mod merge;
mod offsets;
mod scalar;

use std::borrow::Cow;

use builder::Builder;
use offsets::Offsets;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use super::{Kind, Node, Result, limits};
use crate::decode::Context;
use crate::{Code, Diagnostic, Span};

/// Reads a text of YAML.
pub(super) fn parse<'t>(text: &'t str, context: &mut Context<'_>) -> Result<Node<'t>> {
    check_brackets(text)?;
    let offsets = Offsets::new(text);
    let before = context.len();
    let mut spaced = Cow::Borrowed(text);
    let mut left = limits::AGAIN;
    loop {
        let (fault, open) = match read(&spaced, text, &offsets, context) {
            Ok(node) => return Ok(node),
            Err(Fault::Told(diagnostic)) => return Err(diagnostic),
            Err(Fault::Parser(fault, open)) => (fault, open),
        };
        let at = offsets.byte(fault.marker().index());
        match space(&spaced, fault.info(), at) {
            Some(better) if left >= text.len() => {
                left -= text.len();
                context.split_off(before);
                spaced = Cow::Owned(better);
            }
            _ if fault.info().contains("recursion limit") => {
                let length = text[at..].chars().next().map_or(0, char::len_utf8);
                return Err(super::too_deep(Span::new(at, at + length)));
            }
            _ => return Err(Box::new(fault::diagnose(fault.info(), at, text, open))),
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

/// The text with spaces for the tabs between a colon and its value: YAML allows them, and the parser does not before
/// a letter.
fn space(text: &str, info: &str, at: usize) -> Option<String> {
    if !info.contains("':' must be followed") {
        return None;
    }
    let start = text[..at].trim_end_matches(['\t', ' ']).len();
    // Where the tab is not between the two, another reading would end as this one did.
    let is_between = text[..start].ends_with(':') && text[start..at].contains('\t');
    is_between.then(|| [&text[..start], &" ".repeat(at - start), &text[at..]].concat())
}

/// Reads what the parser sees in `spaced`; the tree is one of `text`, which has the same places.
fn read<'t>(
    spaced: &str,
    text: &'t str,
    offsets: &Offsets<'_>,
    context: &mut Context<'_>,
) -> Result<Node<'t>, Fault> {
    let mut parser = Parser::new_from_str(spaced);
    let mut builder = Builder::new(text);
    let (mut documents, mut second) = (0, Span::default());
    while let Some(event) = parser.next_event() {
        let (event, place) = event.map_err(|fault| Fault::Parser(fault, builder.innermost()))?;
        let span = Span::new(offsets.byte(place.start.index()), offsets.byte(place.end.index()));
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
                let value = borrow(value, text, span);
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
