//! Go's templates, as Bacalhau's command renders job files before it reads them.
//!
//! Written anew, because every place in what was rendered has to lead back to the file as written ([`Places`]):
//! the crates that render such templates keep no places. The data is a map of texts, so that most of what Go can
//! do with types has no part here; everything that a template can say about texts, numbers and truth values has.

mod block;
mod builtins;
mod evaluator;
mod expression;
mod lexer;
mod limits;
mod literal;
mod operand;
mod output;
mod parser;
mod pipeline;
mod places;
mod tree;
mod value;

use std::collections::BTreeMap;
use std::rc::Rc;

use evaluator::Evaluator;
use parser::Parser;
pub(crate) use places::Places;

use crate::{Code, Diagnostic, Span};

type Result<T, E = Box<Diagnostic>> = std::result::Result<T, E>;

/// A template that was rendered.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    /// Where it comes from.
    pub(crate) places: Places,
}

/// Whether a text may be a template at all.
pub(crate) fn is_template(text: &str) -> bool {
    text.contains("{{")
}

/// Renders a template with variables.
///
/// # Errors
/// Everything that is wrong with it, in the order in which it was found, with places in `text`.
pub(crate) fn render(text: &str, variables: &BTreeMap<String, String>) -> Result<Rendered, Vec<Diagnostic>> {
    let (tree, mut faults) = Parser::new(text).parse();
    let variables = Rc::new(variables.clone());
    match tree {
        Some(tree) if faults.is_empty() => Evaluator::new(&tree, variables).render(),
        // What is no function hides no variable that is missing.
        Some(tree) if faults.iter().all(|fault| fault.code == Code::TemplateFunction) => {
            let room = limits::FAULTS.saturating_sub(faults.len());
            faults.extend(Evaluator::new(&tree, variables).missing().into_iter().take(room));
            Err(faults)
        }
        _ => Err(faults),
    }
}

/// What is wrong with how a template is written, in our words and in those that Go has for it.
fn syntax(span: Span, message: impl Into<String>, says: impl AsRef<str>) -> Box<Diagnostic> {
    fault(Code::TemplateSyntax, span, message, says)
}

fn fault(code: Code, span: Span, message: impl Into<String>, says: impl AsRef<str>) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, span, message).bacalhau_says(says.as_ref()))
}
