//! A file's values with their places, found without the reader's help.

use std::ops::Range;

/// A value and the bytes that it is written in.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
}

/// What a value is, and how it is written where that matters to those who write another in its place.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Null, true and false, numbers, and texts.
    Null,
    Bool,
    Number,
    Text(String),
    /// A text of several lines, which nothing is written in the place of, or an alias.
    Other,
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Range<usize>,
    pub(crate) name: String,
    pub(crate) value: Node,
}

impl Node {
    /// The value of a key in any case.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        let Kind::Map(entries) = &self.kind else { return None };
        entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)).map(|entry| &entry.value)
    }

    /// Whether it ends where it is said to: the parser does not tell where a text of several lines does.
    pub(crate) fn has_an_end(&self) -> bool {
        match &self.kind {
            Kind::Other => false,
            Kind::List(items) => items.iter().all(Node::has_an_end),
            Kind::Map(entries) => entries.iter().all(|entry| entry.value.has_an_end()),
            _ => true,
        }
    }

    /// Its text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }
}
