//! What anchors mark, and how much of it aliases may copy.

use std::collections::HashMap;

use super::super::{Kind, Node, Result, limits};
use crate::{Code, Diagnostic, Span};

/// What a node weighs besides its text, in bytes.
const NODE: usize = 64;

/// The marked nodes of a document.
#[derive(Default)]
pub(super) struct Anchors<'t> {
    marked: HashMap<usize, Marked<'t>>,
    /// The weight of all copies so far.
    copied: usize,
}

struct Marked<'t> {
    node: Node<'t>,
    weight: usize,
    depth: usize,
}

impl<'t> Anchors<'t> {
    /// Keeps a copy of a marked node. Anchors are numbered from 1; 0 marks nothing.
    pub(super) fn mark(&mut self, anchor: usize, node: &Node<'t>) -> Result<()> {
        if anchor == 0 {
            return Ok(());
        }
        let (weight, depth) = measure(node);
        self.charge(weight, node.span)?;
        self.marked.insert(anchor, Marked { node: node.clone(), weight, depth });
        Ok(())
    }

    /// A copy of what an alias stands for, to be put `level` levels deep.
    pub(super) fn copy(&mut self, anchor: usize, level: usize, span: Span) -> Result<Node<'t>> {
        let Some(marked) = self.marked.get(&anchor) else {
            let message = "not valid YAML: the alias stands inside what it stands for";
            return Err(Box::new(Diagnostic::error(Code::YamlSyntax, span, message)));
        };
        if level + marked.depth > limits::DEPTH {
            return Err(super::super::too_deep(span));
        }
        let weight = marked.weight;
        let node = marked.node.clone();
        self.charge(weight, span)?;
        Ok(node)
    }

    fn charge(&mut self, weight: usize, span: Span) -> Result<()> {
        self.copied += weight;
        if self.copied > limits::ALIASES {
            let message = "the aliases of this file stand for too much";
            let help = "write out what the job needs, or use fewer aliases of aliases";
            return Err(Box::new(Diagnostic::error(Code::AliasBomb, span, message).help(help)));
        }
        Ok(())
    }
}

/// The weight of a node in bytes, and how deep it is.
fn measure(node: &Node<'_>) -> (usize, usize) {
    let (mut weight, mut depth) = (NODE, 0);
    let mut add = |node: &Node<'_>, key: usize| {
        let (inner, below) = measure(node);
        weight += inner + key;
        depth = depth.max(below);
    };
    match &node.kind {
        Kind::Null | Kind::Bool(_) => return (weight, 0),
        Kind::Number(text) | Kind::Text(text, _) => return (weight + text.len(), 0),
        Kind::List(items) => items.iter().for_each(|item| add(item, 0)),
        Kind::Map(entries) => entries.iter().for_each(|entry| add(&entry.value, NODE + entry.key.name.len())),
    }
    (weight, depth + 1)
}
