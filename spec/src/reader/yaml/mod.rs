//! YAML, with anchors, aliases and merge keys.

mod anchors;
mod builder;
mod merge;
mod offsets;
mod scalar;

use builder::Builder;
use offsets::Offsets;
use saphyr_parser::{Event, Parser};

use super::{Kind, Node, Result};
use crate::decode::Context;
use crate::{Code, Diagnostic, Span};

/// Reads a text of YAML.
pub(super) fn parse<'t>(text: &'t str, context: &mut Context<'_>) -> Result<Node<'t>> {
    let offsets = Offsets::new(text);
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder::new(text);
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, place) = event.map_err(|error| {
            let at = offsets.byte(error.marker().index());
            let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
            let message = format!("not valid YAML: {}", error.info());
            Box::new(Diagnostic::error(Code::YamlSyntax, Span::new(at, end), message))
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
