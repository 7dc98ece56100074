//! Values that say nothing.

use crate::decode::{At, Context, Fields};
use crate::reader::{Kind, Node};
use crate::{Code, Diagnostic};

/// Whether a value is what Go writes for a field that was never set: empty, `false`, 0, or made of such values.
pub(in crate::dialects::bacalhau) fn is_blank(node: &Node<'_>) -> bool {
    match &node.kind {
        Kind::Null => true,
        Kind::Bool(value) => !value,
        Kind::Number(text) => text.parse() == Ok(0.0),
        Kind::Text(text, _) => text.trim().is_empty(),
        Kind::List(items) => items.is_empty(),
        Kind::Map(entries) => entries.iter().all(|entry| is_blank(&entry.value)),
    }
}

/// A field that says something.
pub(super) fn set<'n>(fields: &Fields<'n>, field: &str) -> Option<At<'n>> {
    fields.get(field).filter(|at| !is_blank(at.node))
}

/// Reports the fields that say something where nothing asks for it, with the place that they yield to.
pub(super) fn report_overruled(
    fields: &Fields<'_>,
    names: &[&str],
    (why, place): (&str, Option<&At<'_>>),
    context: &mut Context<'_>,
) {
    for at in names.iter().filter_map(|name| set(fields, name)) {
        let message = format!("{} is skipped: {why}", at.name());
        let mut warning = Diagnostic::warning(Code::Overruled, at.span(), message).help("remove it");
        if let Some(place) = place {
            warning = warning.related(context.first_line(place.span()), "because of this");
        }
        context.report(warning);
    }
}

/// Notes the fields that a server or client added to a job, and that have no part in running it.
pub(in crate::dialects::bacalhau) fn report_said(
    fields: &Fields<'_>,
    names: &[&str],
    context: &mut Context<'_>,
) {
    let said: Vec<_> = names.iter().copied().filter(|name| set(fields, name).is_some()).collect();
    let Some(first) = said.first().and_then(|name| fields.key(name)) else { return };
    let names: Vec<_> = said.iter().map(|name| format!("`{name}`")).collect();
    let (names, verb) = (names.join(", "), if said.len() == 1 { "is" } else { "are" });
    let message = format!("{names} {verb} not part of what the job says, and skipped");
    context.report(Diagnostic::remark(Code::NotOfTheJob, first, message));
}
