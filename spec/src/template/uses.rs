//! Which variables of the caller a template names.

use std::collections::BTreeSet;

use super::tree::{Base, Command, Node, Operand, Pipe, Tree};
use super::value::Value;

/// The names that a template has for variables, taken or not: it may stand in an arm that is not.
#[derive(Debug, Default)]
pub(super) struct Uses<'t> {
    /// `.name` and `index . "name"`.
    named: BTreeSet<&'t str>,
    /// Texts that may become names.
    texts: BTreeSet<&'t str>,
    /// Whether all variables are used together, as by `range .`.
    all: bool,
}

impl<'t> Uses<'t> {
    pub(super) fn of(tree: &'t Tree<'t>) -> Uses<'t> {
        let mut uses = Uses::default();
        uses.nodes(&tree.main);
        tree.defined.values().for_each(|nodes| uses.nodes(nodes));
        uses
    }

    /// Whether a variable may be used.
    pub(super) fn has(&self, name: &str) -> bool {
        self.all || self.named.contains(name) || self.texts.contains(name)
    }

    /// The names that are surely those of variables.
    pub(super) fn names(&self) -> Vec<&'t str> {
        self.named.iter().copied().collect()
    }

    fn nodes(&mut self, nodes: &'t [Node<'t>]) {
        for node in nodes {
            match node {
                Node::Text { .. } | Node::Break | Node::Continue => {}
                Node::Action { pipe, .. } => self.pipe(pipe),
                Node::Choice { arms, otherwise } => {
                    for arm in arms {
                        self.pipe(&arm.pipe);
                        self.nodes(&arm.body);
                    }
                    self.nodes(otherwise);
                }
                Node::Range { pipe, body, otherwise } => {
                    self.pipe(pipe);
                    self.nodes(body);
                    self.nodes(otherwise);
                }
                // What is handed on whole is used by its names there.
                Node::Template { pipe: Some(pipe), .. } if is_dot(pipe) => {}
                Node::Template { pipe, .. } => pipe.iter().for_each(|pipe| self.pipe(pipe)),
            }
        }
    }

    fn pipe(&mut self, pipe: &'t Pipe) {
        for Command { words, .. } in &pipe.commands {
            let is_index = words
                .first()
                .is_some_and(|word| matches!(word.base, Base::Function(function) if function.is_index()));
            for (at, word) in words.iter().enumerate() {
                match &word.base {
                    Base::Literal(Value::Text(name)) if is_index && at == 2 => {
                        self.named.insert(name);
                    }
                    _ => self.word(word, is_index && at == 1),
                }
            }
        }
    }

    /// A value; `indexed` is the one whose part is taken by the words behind it.
    fn word(&mut self, word: &'t Operand, indexed: bool) {
        match &word.base {
            Base::Dot | Base::Variable(_) => self.all |= word.fields.is_empty() && !indexed,
            Base::Literal(Value::Text(text)) => {
                self.texts.insert(text);
            }
            Base::Literal(_) | Base::Function(_) => {}
            Base::Pipe(pipe) => self.pipe(pipe),
        }
        self.named.extend(word.fields.iter().map(|field| field.name.as_str()));
    }
}

fn is_dot(pipe: &Pipe) -> bool {
    let [Command { words, .. }] = pipe.commands.as_slice() else { return false };
    matches!(words.as_slice(), [Operand { base: Base::Dot | Base::Variable(0), fields, .. }] if fields.is_empty())
}
