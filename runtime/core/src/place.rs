//! Where in a job file something stands.

use dayfly_spec::Source;
use dayfly_spec::model::Origin;

/// How a message about an origin begins: `job.yaml:4:5: `. Nothing where no line says it, or nobody knows the text.
pub(crate) fn prefix(file: Option<&Source>, origin: &Origin) -> String {
    let (Some(file), Some(span)) = (file, origin.span) else { return String::new() };
    let at = file.location(span.start);
    format!("{}:{}:{}: ", file.name(), at.line, at.column)
}
