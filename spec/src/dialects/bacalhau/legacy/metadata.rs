//! What a network said about a job.

use super::blank::{is_blank, set};
use crate::decode::{Context, Field, Fields, Object, Shape, Unknown};
use crate::model::Located;
use crate::{Code, Diagnostic};

pub(super) static METADATA: Object = Object {
    what: "the metadata",
    fields: &[
        Field::new("ID").shape(Shape::Set(&Shape::Text)).doc("The job's name here."),
        Field::new("ClientID")
            .also(&["client_id"])
            .shape(Shape::Set(&Shape::Text))
            .doc("The job's namespace here."),
        Field::new("CreatedAt").also(&["created_at"]).doc("Skipped: when the job was submitted."),
        Field::new("Requester").doc("Skipped: who took the job."),
    ],
    unknown: Unknown::Skipped,
};

/// The part of the metadata that names a job.
#[derive(Debug, Default)]
pub(in crate::dialects::bacalhau) struct Names {
    pub(super) name: Option<Located<String>>,
    pub(super) namespace: Option<Located<String>>,
}

/// Lowers the metadata of a job: its identifier becomes the name, the client's the namespace.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Names {
    let Some(at) = fields.get("Metadata").filter(|at| !is_blank(at.node)) else { return Names::default() };
    let Some(fields) = Fields::open(&at, &METADATA, context) else { return Names::default() };
    let message = "`Metadata` is what a network says about a job: `ID` is taken as the job's name, `ClientID` as \
                   its namespace, and the rest is skipped";
    context.report(Diagnostic::remark(Code::NotOfTheJob, context.first_line(at.span()), message));
    Names { name: text(&fields, "ID", context), namespace: text(&fields, "ClientID", context) }
}

/// A text that names something.
pub(super) fn text(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Located<String>> {
    let at = set(fields, field)?;
    let name = context.string(&at)?;
    if name.value.contains('\0') {
        let message = format!("{} holds a NUL character", at.name());
        context.report(Diagnostic::error(Code::BadName, at.span(), message));
    }
    Some(name)
}
