//! Placeholders of Go's templates.

use crate::Span;

/// The first placeholder of a file. JSON and YAML have no use for `{{` outside texts, and Bacalhau's command
/// renders those too.
pub(super) fn find(text: &str) -> Option<Span> {
    let start = text.find("{{")?;
    let length = text[start..].find("}}")? + 2;
    let line = text[start..].lines().next().map_or(0, str::len);
    Some(Span::new(start, start + length.min(line)))
}
