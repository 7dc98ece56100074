//! The tree of a YAML text, from the parser's events alone.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::tree::{Entry, Kind, Node};

/// A key whose value is still to come.
type Key = (Range<usize>, String);

/// The tree of a text; none where it is no YAML, or something else than one object.
pub(crate) fn scan(text: &str) -> Option<Node> {
    // The parser counts characters.
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let byte = |character: usize| bytes.get(character).copied().unwrap_or(text.len());
    let mut parser = Parser::new_from_str(text);
    let mut open: Vec<(Node, Option<Key>)> = Vec::new();
    while let Some(event) = parser.next_event() {
        let (event, place) = event.ok()?;
        let span = byte(place.start.index())..byte(place.end.index());
        let node = match event {
            Event::MappingStart(..) => {
                open.push((Node { span, kind: Kind::Map(Vec::new()) }, None));
                continue;
            }
            Event::SequenceStart(..) => {
                open.push((Node { span, kind: Kind::List(Vec::new()) }, None));
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => close(open.pop()?.0, span.end, text),
            Event::Scalar(value, style, ..) => Node { kind: scalar(&value, style), span },
            Event::Alias(_) => Node { kind: Kind::Other, span },
            _ => continue,
        };
        let Some((above, key)) = open.last_mut() else { return Some(node) };
        match &mut above.kind {
            Kind::List(items) => items.push(node),
            Kind::Map(entries) => match key.take() {
                None => *key = Some((node.span.clone(), node.text().unwrap_or_default().to_owned())),
                Some((key, name)) => entries.push(Entry { key, name, value: node }),
            },
            _ => return None,
        }
    }
    None
}

/// A block ends with what is in it; the parser tells of its end only when something else follows.
fn close(mut node: Node, end: usize, text: &str) -> Node {
    let flow = text[node.span.start..].starts_with(['{', '[']);
    let last = match &node.kind {
        Kind::List(items) => items.last().map(|item| item.span.end),
        Kind::Map(entries) => entries.last().map(|entry| entry.value.span.end.max(entry.key.end)),
        _ => None,
    };
    node.span.end = if flow { end } else { last.unwrap_or(end) };
    if let (Kind::Map(entries), false) = (&node.kind, flow)
        && let Some(first) = entries.first()
    {
        node.span.start = first.key.start;
    }
    node
}

fn scalar(value: &str, style: ScalarStyle) -> Kind {
    match style {
        ScalarStyle::Literal | ScalarStyle::Folded => Kind::Other,
        ScalarStyle::Plain if value.contains('\n') => Kind::Other,
        ScalarStyle::Plain if matches!(value, "" | "~" | "null") => Kind::Null,
        ScalarStyle::Plain if matches!(value, "true" | "false") => Kind::Bool,
        ScalarStyle::Plain if value.parse::<f64>().is_ok() => Kind::Number,
        _ => Kind::Text(value.to_owned()),
    }
}
