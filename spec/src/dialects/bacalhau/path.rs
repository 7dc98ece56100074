//! Paths of the guest.

use crate::decode::{At, Context};
use crate::model::Located;
use crate::{Code, Diagnostic};

/// A path that starts at the guest's root: without `.`, double or trailing slashes; `..` and NUL are errors.
///
/// A missing leading `/` is supplied, with a warning where `relative` allows it and with an error that holds
/// Bacalhau's words otherwise.
pub(super) fn absolute(
    at: &At<'_>,
    relative: Relative,
    context: &mut Context<'_>,
) -> Option<Located<String>> {
    let text = context.text(at)?;
    if let Some(fault) = fault(text) {
        let message = format!("{} {fault}", at.name());
        context.report(Diagnostic::error(Code::BadPath, at.span(), message));
        return None;
    }
    if !text.starts_with('/') {
        let message = format!("{} does not start with `/`", at.name());
        let help = format!("write `/{text}`");
        match relative {
            Relative::Accepted => {
                context.report(Diagnostic::warning(Code::RelativePath, at.span(), message).help(help));
            }
            Relative::Refused => {
                let says = format!("result path `{text}` must be absolute");
                let diagnostic = Diagnostic::error(Code::BadPath, at.span(), message);
                context.report(diagnostic.help(help).bacalhau_says(says));
                return None;
            }
        }
    }
    Some(at.locate(normal(text)))
}

/// What becomes of a path without a leading `/`.
#[derive(Clone, Copy)]
pub(super) enum Relative {
    Accepted,
    Refused,
}

/// The longest path that systems take, in bytes.
const LONGEST: usize = 4096;

/// The most folders that a path leads through: each may hide an input or a result of another one.
const DEEPEST: usize = 128;

fn fault(path: &str) -> Option<&'static str> {
    if path.trim().is_empty() {
        Some("is empty")
    } else if path.len() > LONGEST {
        Some("is longer than 4096 bytes")
    } else if path.split('/').filter(|part| !part.is_empty()).count() > DEEPEST {
        Some("leads through more than 128 folders")
    } else if path.contains('\0') {
        Some("holds a NUL character")
    } else if path.split('/').any(|part| part == "..") {
        Some("holds `..`")
    } else {
        None
    }
}

fn normal(path: &str) -> String {
    let parts: Vec<_> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    format!("/{}", parts.join("/"))
}
