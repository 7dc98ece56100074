//! What the machine must be like.

use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown, shorten, unknown_word};
use crate::model::{Constraint, Located, Operator};
use crate::reader::Kind;
use crate::{Code, Diagnostic};

pub(super) static CONSTRAINT: Object = Object {
    what: "a constraint",
    fields: &[
        Field::new("Key")
            .shape(Shape::Filled)
            .doc("The label's name.")
            .required()
            .examples(&["Architecture", "os_arch"]),
        Field::new("Operator")
            .shape(Shape::Words(&OPERATORS))
            .doc("How the label is compared with the values.")
            .required(),
        Field::new("Values").shape(Shape::List(&Shape::Argument)).doc(
            "One value or more for `in` and `notin`, none for `exists` and `!`, exactly one for the others.",
        ),
    ],
    unknown: Unknown::Skipped,
};

static OPERATORS: [(&str, Operator); 9] = [
    ("in", Operator::In),
    ("notin", Operator::NotIn),
    ("=", Operator::Equals),
    ("==", Operator::Equals),
    ("!=", Operator::NotEquals),
    ("exists", Operator::Exists),
    ("!", Operator::DoesNotExist),
    ("gt", Operator::GreaterThan),
    ("lt", Operator::LessThan),
];

/// Lowers the constraints of a job, from the field that the form has for them.
pub(super) fn lower(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Vec<Located<Constraint>> {
    let Some(at) = fields.get(field) else { return Vec::new() };
    if matches!(at.node.kind, Kind::Text(..)) {
        // So the command lines of Bacalhau take them.
        let message = format!("{} takes a list, found a text", at.name());
        let help = "write `[{Key: name, Operator: \"=\", Values: [value]}]`, one object for each constraint";
        context.report(
            Diagnostic::error(Code::WrongType, at.span(), message).label("expected a list").help(help),
        );
        return Vec::new();
    }
    let items = context.list(&at);
    let numbered = items.iter().zip(1..);
    numbered.filter_map(|(item, number)| constraint(item, number, context)).collect()
}

fn constraint(at: &At<'_>, number: usize, context: &mut Context<'_>) -> Option<Located<Constraint>> {
    let fields = Fields::open(at, &CONSTRAINT, context)?;
    let failed = |why: &str| format!("constraint {number} validation failed: {why}");
    let key = fields.require("Key", &failed("selector key cannot be blank"), context);
    let key = key.and_then(|at| {
        let key = context.string(&at)?;
        if key.value.trim().is_empty() {
            let message = "the key of a constraint is empty";
            let diagnostic = Diagnostic::error(Code::BadConstraint, at.span(), message);
            context.report(diagnostic.bacalhau_says(failed("selector key cannot be blank")));
        }
        Some(key.value)
    });
    let place = fields.require("Operator", "", context)?;
    let text = context.text(&place)?;
    let Some((word, operator)) = OPERATORS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim()))
    else {
        context.report(unknown_word(&place, text, OPERATORS.iter().map(|(word, _)| *word)));
        return None;
    };
    if *word != text {
        let message = format!("{} is written `{word}`", place.name());
        context.report(
            Diagnostic::warning(Code::BacalhauRefuses, place.span(), message).help(format!("write `{word}`")),
        );
    }
    let misspelt = fields.misspelt("Values").is_some();
    let listed = if misspelt { fields.require("Values", "", context) } else { fields.get("Values") };
    let before = context.len();
    let items = listed.as_ref().map_or_else(Vec::new, |at| context.list(at));
    let values: Vec<_> = items.iter().filter_map(|item| context.argument(item)).collect();
    let (fits, expected, says) = match operator {
        Operator::In | Operator::NotIn => (
            !values.is_empty(),
            "one value or more",
            "selector values cannot be empty for In or NotIn operators",
        ),
        Operator::Exists | Operator::DoesNotExist => (
            values.is_empty(),
            "no values",
            "selector values must be empty for Exists or KeyNotInImap operators",
        ),
        _ => (
            values.len() == 1,
            "exactly one value",
            "selector values must have exactly one value for other operators",
        ),
    };
    // How many there are meant to be isn't known of values that are wrong.
    if !fits && context.len() == before {
        let span = listed.as_ref().map_or(place.span(), At::span);
        let message = format!("the operator `{text}` takes {expected}, found {}", values.len());
        let diagnostic = Diagnostic::error(Code::BadConstraint, span, message);
        context.report(diagnostic.related(place.span(), "the operator").bacalhau_says(failed(says)));
    }
    if matches!(operator, Operator::GreaterThan | Operator::LessThan)
        && let Some(item) = items.first()
        && let Some(value) = values.first()
        && value.trim().parse::<f64>().map_or(true, |number| !number.is_finite())
    {
        let message = format!("the operator `{text}` compares numbers, found `{}`", shorten(value));
        let diagnostic = Diagnostic::error(Code::BadConstraint, item.span(), message);
        context.report(diagnostic.related(place.span(), "the operator"));
    }
    Some(at.locate(Constraint { key: key?, operator: *operator, values }))
}
