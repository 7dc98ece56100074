//! Text into one tree in which everything has its place.
//!
//! What a file is in is told by its content: a file that starts with a bracket is read as JSON, and as YAML where
//! that fails at something that only YAML has; everything else is YAML. (YAML contains most of JSON, but not JSON
//! indented with tabs.)

mod duplicates;
mod json;
mod limits;
mod node;
mod subspan;
mod yaml;

pub(crate) use json::is_number as is_json_number;
pub(crate) use node::{Entry, Key, Kind, Node, Style};
pub(crate) use subspan::subspan;

use crate::decode::Context;
use crate::{Code, Diagnostic, MAX_BYTES, Source, Span};

/// A tree, or the finding that prevents one.
type Result<T, E = Box<Diagnostic>> = std::result::Result<T, E>;

/// Reads a file into a tree. What prevents it, and what is found on the way, is reported.
pub(crate) fn read<'t>(source: &'t Source, context: &mut Context<'_>) -> Option<Node<'t>> {
    match check(source).and_then(|()| tree(source.text(), context)) {
        Ok(tree) => Some(tree),
        Err(diagnostic) => {
            context.report(*diagnostic);
            None
        }
    }
}

/// Whether a file is text that can be read at all.
pub(crate) fn is_text(source: &Source) -> bool {
    check(source).is_ok()
}

/// What is wrong with the bytes themselves.
fn check(source: &Source) -> Result<()> {
    let text = source.text();
    if text.len() > MAX_BYTES {
        let message = format!("the file is larger than {} MiB", MAX_BYTES >> 20);
        return Err(Box::new(Diagnostic::error(Code::TooLarge, Span::new(0, 0), message)));
    }
    if let Some((fault, encoding)) = source.fault() {
        let message = format!("the file is not {encoding} from here on");
        return Err(Box::new(Diagnostic::error(Code::NotUtf8, fault, message).help("save it as UTF-8")));
    }
    if let Some(at) = text.find('\0') {
        let message = "the file holds a NUL character";
        return Err(Box::new(Diagnostic::error(Code::ControlCharacter, Span::new(at, at + 1), message)));
    }
    Ok(())
}

fn tree<'t>(text: &'t str, context: &mut Context<'_>) -> Result<Node<'t>> {
    if !starts_like_json(text) {
        return yaml::parse(text, context);
    }
    let before = context.len();
    let json::Failure { diagnostic, yaml } = match json::parse(text, context) {
        Ok(tree) => return Ok(tree),
        Err(failure) => failure,
    };
    if !yaml {
        return Err(diagnostic);
    }
    // A file that is neither is meant as what it looks like.
    let so_far = context.split_off(before);
    yaml::parse(text, context).map_err(|_| {
        context.split_off(before);
        context.extend(so_far);
        diagnostic
    })
}

fn too_many(span: Span) -> Box<Diagnostic> {
    let message = format!("the file holds more than {} values", limits::VALUES);
    Box::new(Diagnostic::error(Code::TooMany, span, message))
}

fn too_deep(span: Span) -> Box<Diagnostic> {
    let message = format!("lists and objects are nested more than {} levels deep", limits::DEPTH);
    Box::new(Diagnostic::error(Code::TooDeep, span, message))
}

/// Whether the first thing in a file, comments left out, opens a JSON list or object.
fn starts_like_json(text: &str) -> bool {
    let mut rest = text.trim_start();
    loop {
        let comment = if rest.starts_with("//") || rest.starts_with('#') {
            rest.find('\n')
        } else if rest.starts_with("/*") {
            rest.find("*/").map(|end| end + 1)
        } else {
            return rest.starts_with(['{', '[']);
        };
        let Some(end) = comment else { return false };
        rest = rest[end + 1..].trim_start();
    }
}
