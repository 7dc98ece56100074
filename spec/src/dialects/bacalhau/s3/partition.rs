//! How the objects of a bucket are divided among replicas.

use super::{checks, text};
use crate::decode::{Context, Field, Fields, Object, Shape, Unknown};
use crate::model::{Located, Partition};
use crate::{Code, Diagnostic};

pub(super) static PARTITION: Object = Object {
    what: "a partition",
    fields: &[
        Field::new("Type")
            .shape(Shape::Words(&PARTITIONS))
            .doc("What objects are divided by.")
            .default("none")
            .blank(),
        Field::new("Pattern").shape(Shape::Text).doc("The regular expression, for `regex`."),
        Field::new("StartIndex").shape(INDEX).doc("The first character, for `substring` and `date`."),
        Field::new("EndIndex").shape(INDEX).doc("The character after the last one."),
        Field::new("DateFormat").shape(Shape::Text).doc("The date's format, for `date`."),
    ],
    unknown: Unknown::Skipped,
};

const INDEX: Shape = Shape::Whole { least: 0, most: i64::MAX };

static PARTITIONS: [(&str, &str); 5] = [
    ("none", "none"),
    ("object", "object"),
    ("regex", "regex"),
    ("substring", "substring"),
    ("date", "date"),
];

/// Lowers a partition; none where it divides nothing, or is wrong.
pub(super) fn partition(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Partition> {
    let fields = Fields::open(&fields.get("Partition")?, &PARTITION, context)?;
    let at = fields.get("Type").filter(|kind| !kind.is_empty_text())?;
    let kind = context.word(&at, &PARTITIONS)?;
    let mut index = |field| {
        let number = context.integer(&fields.get(field)?, 0..=i64::MAX)?;
        u64::try_from(number.value).ok()
    };
    let (start, end) = (index("StartIndex"), index("EndIndex"));
    let kind = kind.map(str::to_owned);
    if !check_partition(&fields, &kind, start.unwrap_or(0), end, context) {
        return None;
    }
    Some(Partition {
        kind,
        pattern: checks::regular_expression(&fields, "Pattern", context),
        start,
        end,
        date_format: text(&fields, "DateFormat", context).map(|format| format.value),
    })
}

/// Whether a partition has what its kind needs, and something to do at all; warns about what it has besides.
fn check_partition(
    fields: &Fields<'_>,
    kind: &Located<String>,
    start: u64,
    end: Option<u64>,
    context: &mut Context<'_>,
) -> bool {
    let used: &[&str] = match kind.value.as_str() {
        "regex" => &["Pattern"],
        "substring" => &["StartIndex", "EndIndex"],
        "date" => &["DateFormat"],
        _ => &[],
    };
    for field in ["Pattern", "StartIndex", "EndIndex", "DateFormat"] {
        if let Some(at) = fields.get(field).filter(|at| !used.contains(&field) && !at.is_empty_text()) {
            let message = format!("{} has no effect in a partition of type `{}`", at.name(), kind.value);
            let warning = Diagnostic::warning(Code::Ineffective, at.span(), message);
            context.report(warning.related(kind.origin.place().unwrap_or_default(), "the type"));
        }
    }
    if kind.value == "regex" {
        fields.require("Pattern", "", context);
    }
    if kind.value == "substring"
        && let Some(at) = fields.require("EndIndex", "", context)
        && end.is_some_and(|end| end <= start)
    {
        let message = format!("{} is not behind the start, {start}", at.name());
        context.report(Diagnostic::error(Code::BadNumber, at.span(), message));
    }
    kind.value != "none"
}
