//! The one tree that JSON and YAML are read into.

use std::borrow::Cow;

use crate::Span;

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Node<'t> {
    /// Everything that belongs to it, quotes and brackets too.
    pub(crate) span: Span,
    pub(crate) kind: Kind<'t>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Kind<'t> {
    Null,
    Bool(bool),
    /// A number, as it is written.
    Number(Cow<'t, str>),
    Text(Cow<'t, str>, Style),
    List(Vec<Node<'t>>),
    Map(Vec<Entry<'t>>),
}

/// A key of an object and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'t> {
    pub(crate) key: Key<'t>,
    pub(crate) value: Node<'t>,
}

/// The key of an object.
#[derive(Clone, Debug)]
pub(crate) struct Key<'t> {
    pub(crate) span: Span,
    pub(crate) name: Cow<'t, str>,
}

/// How a text is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Style {
    /// As it is.
    Plain,
    /// `'…'`, of YAML.
    Single,
    /// `"…"`, with escapes.
    Double,
    /// `|` or `>`, of YAML.
    Block,
}

impl Node<'_> {
    /// What users call this kind of value.
    pub(crate) fn describe(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a truth value",
            Kind::Number(_) => "a number",
            Kind::Text(..) => "a text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "an object",
        }
    }

    /// The value of a key that is matched without regard to case, in an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Node<'_>> {
        self.entry(name).map(|entry| &entry.value)
    }

    /// A key that is matched without regard to case, with its value, in an object.
    pub(crate) fn entry(&self, name: &str) -> Option<&Entry<'_>> {
        let Kind::Map(entries) = &self.kind else { return None };
        entries.iter().find(|entry| entry.key.name.eq_ignore_ascii_case(name))
    }
}
