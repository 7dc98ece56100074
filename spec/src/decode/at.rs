//! A value on its way into the model: its node and the words that name it.

use crate::Span;
use crate::model::{Located, Origin};
use crate::reader::{Kind, Node};
use crate::template::Places;

/// A node of the tree and its path, `Tasks[0].Resources.Memory`.
#[derive(Clone, Debug)]
pub(crate) struct At<'n> {
    pub(crate) node: &'n Node<'n>,
    pub(crate) path: String,
    /// Where the parts of the file that is read are written.
    places: &'n Places,
}

impl<'n> At<'n> {
    /// The root of a file; its path is empty.
    pub(crate) fn root(node: &'n Node<'n>, places: &'n Places) -> At<'n> {
        At { node, path: String::new(), places }
    }

    /// A field or key below this one.
    pub(crate) fn child(&self, node: &'n Node<'n>, name: &str) -> At<'n> {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        At { node, path, places: self.places }
    }

    /// An element of this list.
    pub(crate) fn element(&self, node: &'n Node<'n>, index: usize) -> At<'n> {
        At { node, path: format!("{}[{index}]", self.path), places: self.places }
    }

    pub(crate) fn span(&self) -> Span {
        self.node.span
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin_at(self.node.span)
    }

    /// The origin of a part of this, or of its key.
    pub(crate) fn origin_at(&self, span: Span) -> Origin {
        match self.places.is_same() {
            true => Origin::file(span, self.path.clone()),
            false => Origin::of_template(self.places.written(span), span, self.path.clone()),
        }
    }

    /// Puts a value and this place together.
    pub(crate) fn locate<T>(&self, value: T) -> Located<T> {
        Located::new(value, self.origin())
    }

    /// What messages call it: its path, or the file where it has none.
    pub(crate) fn name(&self) -> String {
        if self.path.is_empty() { "the file".to_owned() } else { format!("`{}`", self.path) }
    }

    pub(crate) fn is_empty_text(&self) -> bool {
        matches!(&self.node.kind, Kind::Text(text, _) if text.trim().is_empty())
    }
}
