//! Builds the tree from the parser's events.

use std::borrow::Cow;

use saphyr_parser::ScalarStyle;

use super::super::{Entry, Key, Kind, Node, Result, duplicates, limits, too_deep, too_many};
use super::anchors::Anchors;
use super::merge::merge;
use crate::decode::Context;
use crate::{Code, Diagnostic, Span};

/// The tree so far.
pub(super) struct Builder<'t> {
    text: &'t str,
    open: Vec<Open<'t>>,
    root: Option<Node<'t>>,
    anchors: Anchors<'t>,
    values: usize,
}

/// A list or object whose end was not seen yet.
struct Open<'t> {
    anchor: usize,
    span: Span,
    content: Content<'t>,
}

enum Content<'t> {
    List(Vec<Node<'t>>),
    Map(Map<'t>),
}

#[derive(Default)]
struct Map<'t> {
    entries: Vec<Entry<'t>>,
    /// What `<<` takes over.
    merged: Vec<Node<'t>>,
    /// The key whose value comes next.
    pending: Option<Pending<'t>>,
}

enum Pending<'t> {
    Key(Key<'t>),
    Merge(Span),
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str) -> Builder<'t> {
        Builder { text, open: Vec::new(), root: None, anchors: Anchors::default(), values: 0 }
    }

    pub(super) fn finish(self) -> Option<Node<'t>> {
        self.root
    }

    /// The place of the innermost list or object that is open.
    pub(super) fn innermost(&self) -> Option<Span> {
        self.open.last().map(|open| open.span)
    }

    pub(super) fn scalar(&mut self, mut node: Node<'t>, style: ScalarStyle, anchor: usize) -> Result<()> {
        let empty =
            matches!(&node.kind, Kind::Null) && self.text.get(range(node.span)).is_none_or(is_not_null);
        if empty {
            // The parser places what isn't there at what comes next.
            node.span = self.place_of_nothing(node.span);
        } else {
            node.span = without_properties(node.span, self.text);
        }
        self.anchors.mark(anchor, &node)?;
        let plain = style == ScalarStyle::Plain;
        self.put(node, plain)
    }

    pub(super) fn alias(&mut self, anchor: usize, span: Span) -> Result<()> {
        let node = self.anchors.copy(anchor, self.open.len(), span)?;
        self.put(node, false)
    }

    pub(super) fn open_list(&mut self, anchor: usize, span: Span) -> Result<()> {
        self.open(anchor, span, Content::List(Vec::new()))
    }

    pub(super) fn open_map(&mut self, anchor: usize, span: Span) -> Result<()> {
        self.open(anchor, span, Content::Map(Map::default()))
    }

    fn open(&mut self, anchor: usize, span: Span, content: Content<'t>) -> Result<()> {
        if self.open.len() == limits::DEPTH {
            return Err(too_deep(span));
        }
        if let Some(Open { content: Content::Map(map), .. }) = self.open.last()
            && map.pending.is_none()
        {
            return Err(not_a_key(span, self.text));
        }
        self.open.push(Open { anchor, span, content });
        Ok(())
    }

    pub(super) fn close(&mut self, end: Span, context: &mut Context<'_>) -> Result<()> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let (kind, last) = match open.content {
            Content::List(mut items) => {
                // A tree of many values is mostly made of what lists and objects keep free.
                items.shrink_to_fit();
                let last = items.last().map(|item| item.span.end);
                (Kind::List(items), last)
            }
            Content::Map(mut map) => {
                let last = map.entries.last().map(|entry| entry.value.span.end);
                duplicates::check(&map.entries, context);
                if !map.merged.is_empty() {
                    merge(&mut map.entries, map.merged, context);
                }
                map.entries.shrink_to_fit();
                (Kind::Map(map.entries), last)
            }
        };
        // Brackets end a collection; one made by indentation ends with its last element.
        let bracket = self.text.get(range(end)).is_some_and(|closing| matches!(closing, "]" | "}"));
        let end = if bracket { end.end } else { last.unwrap_or(open.span.end) };
        let node = Node { span: Span { start: open.span.start, end: end.max(open.span.start) }, kind };
        self.anchors.mark(open.anchor, &node)?;
        self.put(node, false)
    }

    /// Puts a complete node where it belongs.
    fn put(&mut self, node: Node<'t>, plain: bool) -> Result<()> {
        let span = node.span;
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map(map)) => match map.pending.take() {
                None => {
                    map.pending = Some(key(node, plain, self.text)?);
                    return Ok(());
                }
                Some(Pending::Key(key)) => map.entries.push(Entry { key, value: node }),
                Some(Pending::Merge(_)) => map.merged.push(node),
            },
        }
        self.values += 1;
        if self.values > limits::VALUES {
            return Err(too_many(span));
        }
        Ok(())
    }

    /// Where a value that isn't written would stand: behind its key.
    fn place_of_nothing(&self, otherwise: Span) -> Span {
        let Some(Open { content: Content::Map(map), .. }) = self.open.last() else { return otherwise };
        let key = match &map.pending {
            Some(Pending::Key(key)) => key.span,
            Some(Pending::Merge(span)) => *span,
            None => return otherwise,
        };
        let after = self.text.as_bytes().get(key.end as usize..).unwrap_or_default();
        let space = after.iter().take_while(|byte| **byte == b' ').count();
        let end = key.end as usize + if after.get(space) == Some(&b':') { space + 1 } else { 0 };
        Span::new(end, end)
    }
}

/// A scalar's span without the anchor and the tag in front of it; a tag alone keeps its own.
fn without_properties(span: Span, text: &str) -> Span {
    let written = text.get(range(span)).unwrap_or("");
    let mut rest = written;
    while rest.starts_with(['&', '!']) {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        rest = rest[end..].trim_start();
    }
    if rest.is_empty() {
        return span;
    }
    Span::new(span.start as usize + written.len() - rest.len(), span.end as usize)
}

fn is_not_null(written: &str) -> bool {
    !matches!(written, "~" | "null" | "Null" | "NULL")
}

fn range(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}

fn key<'t>(node: Node<'t>, plain: bool, text: &'t str) -> Result<Pending<'t>> {
    let span = node.span;
    let name = match node.kind {
        Kind::Text(name, _) if plain && name == "<<" => return Ok(Pending::Merge(span)),
        Kind::Text(name, _) | Kind::Number(name) => name,
        Kind::Null | Kind::Bool(_) => Cow::Borrowed(text.get(range(span)).unwrap_or("")),
        Kind::List(_) | Kind::Map(_) => return Err(not_a_key(span, text)),
    };
    Ok(Pending::Key(Key { span, name }))
}

fn not_a_key(span: Span, text: &str) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(Code::KeyNotText, span, "a key must be a text");
    let start = span.start as usize;
    let in_braces = text.get(start..).is_some_and(|key| key.starts_with('{'))
        && text.get(..start).is_some_and(|before| before.ends_with('{'));
    Box::new(match in_braces {
        true => diagnostic.help(
            "this looks like a template: read it without `--no-template`, or put it in quotes if it is a text",
        ),
        false => diagnostic,
    })
}
