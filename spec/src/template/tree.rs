//! What a template says.

use std::collections::HashMap;

use super::builtins::Function;
use super::value::Value;
use crate::Span;

/// A template and those that it defines, by name.
pub(super) struct Tree<'t> {
    pub(super) main: Vec<Node<'t>>,
    pub(super) defined: HashMap<String, Vec<Node<'t>>>,
}

/// A part of a template.
pub(super) enum Node<'t> {
    Text {
        text: &'t str,
        span: Span,
    },
    /// Prints a value. The span is that of the whole `{{…}}`.
    Action {
        pipe: Pipe,
        span: Span,
    },
    /// `if`, `with` and their `else`s: the first arm whose value is true is taken.
    Choice {
        arms: Vec<Arm<'t>>,
        otherwise: Vec<Node<'t>>,
    },
    Range {
        pipe: Pipe,
        body: Vec<Node<'t>>,
        otherwise: Vec<Node<'t>>,
    },
    Template {
        name: String,
        name_span: Span,
        pipe: Option<Pipe>,
        span: Span,
    },
    Break,
    Continue,
}

/// One way of a choice.
pub(super) struct Arm<'t> {
    pub(super) pipe: Pipe,
    /// Whether `.` becomes the value.
    pub(super) with: bool,
    pub(super) body: Vec<Node<'t>>,
}

/// Commands, each of which gets the value of the one before it as its last argument.
pub(super) struct Pipe {
    pub(super) commands: Vec<Command>,
    /// The variables that it sets.
    pub(super) sets: Sets,
}

/// Which variables a pipeline sets.
pub(super) enum Sets {
    None,
    /// New ones: one, or two for a range.
    Declares(usize),
    /// Those of these numbers: one, or two for a range.
    Assigns(Vec<usize>),
}

/// A function or a value, and its arguments.
pub(super) struct Command {
    pub(super) words: Vec<Operand>,
    pub(super) span: Span,
}

/// A value in the making, and its place.
pub(super) struct Operand {
    pub(super) base: Base,
    /// `.name` after it.
    pub(super) fields: Vec<Field>,
    pub(super) span: Span,
}

/// What an operand starts from.
pub(super) enum Base {
    Dot,
    Literal(Value),
    /// A variable by its number; 0 is `$`.
    Variable(usize),
    Function(&'static Function),
    Pipe(Box<Pipe>),
}

/// A name behind a point.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) span: Span,
}

impl Sets {
    /// How many variables are set.
    pub(super) fn count(&self) -> usize {
        match self {
            Sets::None => 0,
            Sets::Declares(count) => *count,
            Sets::Assigns(slots) => slots.len(),
        }
    }
}
