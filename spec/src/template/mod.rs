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
mod secrets;
mod tree;
mod uses;
mod value;

use std::collections::BTreeSet;
use std::rc::Rc;

use evaluator::Evaluator;
use parser::Parser;
pub(crate) use places::Places;
pub(crate) use secrets::Secrets;

use crate::{Code, Diagnostic, Options, Span};
use uses::Uses;

type Result<T, E = Box<Diagnostic>> = std::result::Result<T, E>;

/// A template that was rendered.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    /// Where it comes from.
    pub(crate) places: Places,
    /// The variables that the caller names and the template doesn't.
    pub(crate) unused: Option<Diagnostic>,
}

/// Whether a text may be a template at all.
pub(crate) fn is_template(text: &str) -> bool {
    text.contains("{{")
}

/// Renders a template with the variables of the options.
///
/// # Errors
/// Everything that is wrong with it, in the order in which it was found, with places in `text`.
pub(crate) fn render(text: &str, options: &Options) -> Result<Rendered, Vec<Diagnostic>> {
    let (tree, mut faults) = Parser::new(text).parse();
    let variables = Rc::new(options.variables.clone());
    let hidden: BTreeSet<_> =
        options.variables.keys().filter(|name| options.is_secret(name)).cloned().collect();
    match tree {
        Some(tree) if faults.is_empty() => {
            let (text, places) = Evaluator::new(&tree, variables, hidden).render()?;
            Ok(Rendered { text, places, unused: unused(&Uses::of(&tree), options) })
        }
        // What is no function hides no variable that is missing.
        Some(tree) if faults.iter().all(|fault| fault.code == Code::TemplateFunction) => {
            let room = limits::FAULTS.saturating_sub(faults.len());
            faults.extend(Evaluator::new(&tree, variables, hidden).missing().into_iter().take(room));
            Err(faults)
        }
        _ => Err(faults),
    }
}

/// Warns about variables that a file which is no template has no use for.
pub(crate) fn unused_in_plain(options: &Options) -> Option<Diagnostic> {
    unused(&Uses::default(), options)
}

/// Warns about variables that are used nowhere. Of those that are never shown nobody gave each one by its name.
fn unused(uses: &Uses<'_>, options: &Options) -> Option<Diagnostic> {
    let named = options.variables.keys().filter(|name| !options.hidden.contains(*name));
    let unused: Vec<_> = named.map(String::as_str).filter(|name| !uses.has(name)).collect();
    let (verb, help) = match (unused.as_slice(), uses.names()) {
        ([], _) => return None,
        (_, names) if names.is_empty() => {
            ("is", "the file uses no variables; a template of Bacalhau writes them as `{{.NAME}}`".to_owned())
        }
        ([name], names) => {
            let near = crate::decode::suggest(name, names.iter().copied());
            let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            ("is", format!("{near}the file uses {}", list(&names)))
        }
        (_, names) => ("are", format!("the file uses {}", list(&names))),
    };
    let message = format!("{} {verb} set, and used nowhere in the file", list(&unused));
    Some(Diagnostic::warning(Code::UnusedVariable, Span::new(0, 0), message).help(help))
}

/// Names in backticks; not all of very many.
fn list(names: &[&str]) -> String {
    let shown: Vec<_> =
        names.iter().take(limits::NAMES).map(|name| format!("`{}`", crate::decode::shorten(name))).collect();
    let more = if names.len() > limits::NAMES { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// What is wrong with how a template is written, in our words and in those that Go has for it.
fn syntax(span: Span, message: impl Into<String>, says: impl AsRef<str>) -> Box<Diagnostic> {
    fault(Code::TemplateSyntax, span, message, says)
}

fn fault(code: Code, span: Span, message: impl Into<String>, says: impl AsRef<str>) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, span, message).bacalhau_says(says.as_ref()))
}
