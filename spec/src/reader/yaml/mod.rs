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
use saphyr_parser::{Event, Parser};

use super::{Kind, Node, Result, limits};
use crate::decode::Context;
use crate::{Code, Diagnostic, Span};

/// Reads a text of YAML.
pub(super) fn parse<'t>(text: &'t str, context: &mut Context<'_>) -> Result<Node<'t>> {
    check_brackets(text)?;
    let offsets = Offsets::new(text);
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder::new(text);
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, place) = event.map_err(|error| {
            let at = offsets.byte(error.marker().index());
            if error.info().contains("recursion limit") {
                let length = text[at..].chars().next().map_or(0, char::len_utf8);
                return super::too_deep(Span::new(at, at + length));
            }
            Box::new(fault::diagnose(error.info(), at, text, builder.innermost()))
        })?;
        let span = Span::new(offsets.byte(place.start.index()), offsets.byte(place.end.index()));
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    let message = "a second document starts here; a job file holds one";
                    return Err(Box::new(Diagnostic::error(Code::SeveralDocuments, span, message)));
                }
            }
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
        _ => Err(Box::new(Diagnostic::error(Code::Empty, Span::new(0, 0), "the file holds nothing"))),
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
fn borrow<'t>(value: Cow<'t, str>, text: &'t str, span: Span) -> Cow<'t, str> {
    let (start, end) = (span.start as usize, span.end as usize);
    let quotes = usize::from(end.saturating_sub(start) == value.len() + 2);
    match text.get(start + quotes..end.saturating_sub(quotes)) {
        Some(written) if written == value => Cow::Borrowed(written),
        _ => value,
    }
}
