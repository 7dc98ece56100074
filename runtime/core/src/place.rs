//! Where in a job file something stands.

use dayfly_spec::Source;
use dayfly_spec::model::Origin;

/// How a message about an origin begins: `job.yaml:4:5: `. Nothing where no line says it, or nobody knows the text.
pub(crate) fn prefix(file: Option<&Source>, origin: &Origin) -> String {
    let (Some(file), Some(span)) = (file, origin.span) else { return String::new() };
    let at = file.location(span.start);
    format!("{}:{}:{}: ", file.name(), at.line, at.column)
}

/// The line of an origin, in the middle of a message: `job.yaml:4`.
pub(crate) fn line(file: Option<&Source>, origin: &Origin) -> Option<String> {
    let (file, span) = (file?, origin.span?);
    Some(format!("{}:{}", file.name(), file.location(span.start).line))
}
