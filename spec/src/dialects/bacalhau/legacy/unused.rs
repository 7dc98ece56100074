//! Fields of old that one machine has no use for.

use super::blank::set;
use super::words;
use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown};
use crate::{Code, Diagnostic};

pub(super) static SHARDING: Object = Object {
    what: "the sharding",
    fields: &[
        Field::new("GlobPattern")
            .also(&["glob_pattern"])
            .shape(Shape::Set(&Shape::Text))
            .doc("Means nothing here: inputs are not divided."),
        Field::new("BatchSize")
            .also(&["batch_size"])
            .shape(Shape::Whole { least: 0, most: i64::MAX })
            .doc("Means nothing without a pattern."),
        Field::new("GlobPatternBasePath")
            .also(&["glob_pattern_base_path"])
            .shape(Shape::Text)
            .doc("Means nothing without a pattern."),
    ],
    unknown: Unknown::Skipped,
};

pub(super) static EXECUTION_PLAN: Object = Object {
    what: "the execution plan",
    fields: &[Field::new("ShardsTotal")
        .also(&["shards_total"])
        .shape(Shape::Whole { least: 0, most: i64::MAX })
        .doc("Means nothing here: inputs are not divided.")],
    unknown: Unknown::Skipped,
};

/// Whether anything but the exit code was looked at.
pub(super) static VERIFIERS: [(&str, bool); 4] =
    [("noop", false), ("deterministic", true), ("external", true), ("unknown", false)];

const VERIFIER_NUMBERS: &[bool] = &[false, false, true, true];

/// Checks the fields of a spec that nothing acts upon, and tells about those that are meant to do something.
pub(super) fn check(fields: &Fields<'_>, context: &mut Context<'_>) {
    if let Some(at) = set(fields, "Verifier") {
        verifier(&at, context);
    }
    if let Some(at) = fields.get("DoNotTrack") {
        do_not_track(&at, context);
    }
    if let Some(at) = fields.get("Sharding") {
        sharding(&at, context);
    }
    if let Some(at) = fields.get("ExecutionPlan") {
        execution_plan(&at, context);
    }
}

/// Checks a verifier, by its word or number.
pub(in crate::dialects::bacalhau) fn verifier(at: &At<'_>, context: &mut Context<'_>) {
    if words::choose(at, &VERIFIERS, VERIFIER_NUMBERS, "invalid verifier type", context)
        .is_some_and(|verifies| verifies.value)
    {
        report(at, "no verifier exists any more, and the job runs once", context);
    }
}

/// Checks a wish not to be tracked.
pub(in crate::dialects::bacalhau) fn do_not_track(at: &At<'_>, context: &mut Context<'_>) {
    if context.boolean(at).is_some_and(|set| set.value) {
        let message = format!("{} has nothing to switch off: dayfly never tracks", at.name());
        context.report(Diagnostic::remark(Code::NotOfTheJob, at.span(), message));
    }
}

fn sharding(at: &At<'_>, context: &mut Context<'_>) {
    let Some(fields) = Fields::open(at, &SHARDING, context) else { return };
    for field in ["BatchSize", "GlobPatternBasePath"] {
        match fields.get(field) {
            Some(at) if field == "BatchSize" => drop(context.integer(&at, 0..=i64::MAX)),
            Some(at) => drop(context.text(&at)),
            None => {}
        }
    }
    if let Some(pattern) = set(&fields, "GlobPattern") {
        context.text(&pattern);
        report(&pattern, "inputs are not divided, and the job sees all of them", context);
    }
}

fn execution_plan(at: &At<'_>, context: &mut Context<'_>) {
    let Some(fields) = Fields::open(at, &EXECUTION_PLAN, context) else { return };
    if let Some(at) = fields.get("ShardsTotal")
        && context.integer(&at, 0..=i64::MAX).is_some_and(|shards| shards.value > 1)
    {
        report(&at, "inputs are not divided, and the job sees all of them", context);
    }
}

fn report(at: &At<'_>, why: &str, context: &mut Context<'_>) {
    let message = format!("{} means nothing here: {why}", at.name());
    context.report(Diagnostic::warning(Code::NoMeaningHere, at.span(), message).help("remove it"));
}
