//! What the document promises beyond the real system: plans, updates, restarts, retries.

use crate::decode::{Context, Field, Fields, Object, Shape, Unknown};
use crate::model::{
    Backoff, JobKind, Located, OnFailure, Order, Origin, Restart, RestartMode, Retry, UpdateStrategy,
};
use crate::{Code, Diagnostic, Span};

pub(super) static UPDATE: Object = Object {
    what: "an update strategy",
    fields: &[
        Field::new("Type")
            .shape(Shape::Words(&UPDATES))
            .doc("Whether replicas are replaced one after the other or all at once.")
            .required(),
        Field::new("MaxUnavailable")
            .shape(Shape::Whole { least: 0, most: u32::MAX as i64 })
            .doc("How many replicas may be missing meanwhile."),
    ],
    unknown: Unknown::Skipped,
};

pub(super) static RESTART: Object = Object {
    what: "a restart policy",
    fields: &[
        Field::new("Mode")
            .shape(Shape::Words(&MODES))
            .doc("When a task that ended is started again. `always` is not for `batch` and `ops`.")
            .required(),
        Field::new("MaxAttempts").shape(ATTEMPTS).doc("How often; without it, for ever."),
    ],
    unknown: Unknown::Skipped,
};

pub(super) static ERRORS: Object = Object {
    what: "the error handling",
    fields: &[
        Field::new("MaxAttempts")
            .shape(ATTEMPTS)
            .doc("How often a task is tried in all, the first time included."),
        Field::new("OnFailure")
            .shape(Shape::Words(&REACTIONS))
            .doc("What follows when a task fails.")
            .default("retry"),
        Field::new("BackoffStrategy")
            .shape(Shape::Words(&BACKOFFS))
            .doc("How the pauses between attempts grow.")
            .default("exponential"),
    ],
    unknown: Unknown::Skipped,
};

/// A number of attempts.
const ATTEMPTS: Shape = Shape::Whole { least: 1, most: u32::MAX as i64 };

pub(super) static ORDERS: [(&str, Order); 2] =
    [("parallel", Order::Parallel), ("sequential", Order::Sequential)];

static UPDATES: [(&str, &str); 2] = [("rolling", "rolling"), ("recreate", "recreate")];

static MODES: [(&str, RestartMode); 6] = [
    ("never", RestartMode::Never),
    ("no", RestartMode::Never),
    ("on-failure", RestartMode::OnFailure),
    ("onFailure", RestartMode::OnFailure),
    ("unless-stopped", RestartMode::UnlessStopped),
    ("always", RestartMode::Always),
];

static REACTIONS: [(&str, Reaction); 5] = [
    ("retry", Reaction::Retry),
    ("stop", Reaction::Stop),
    ("fail", Reaction::Stop),
    ("continue", Reaction::Continue),
    ("ignore", Reaction::Continue),
];

static BACKOFFS: [(&str, Backoff); 3] =
    [("exponential", Backoff::Exponential), ("linear", Backoff::Linear), ("constant", Backoff::Constant)];

/// What follows a failure.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reaction {
    Retry,
    Stop,
    Continue,
}

/// What a job says for all of its tasks.
#[derive(Debug)]
pub(super) struct Policies {
    pub(super) kind: JobKind,
    pub(super) order: Located<Order>,
    pub(super) update: Option<UpdateStrategy>,
    pub(super) restart: Option<Restart>,
    pub(super) retry: Option<Retry>,
    pub(super) on_failure: OnFailure,
}

/// Lowers the job's policies.
pub(super) fn lower(fields: &Fields<'_>, kind: JobKind, context: &mut Context<'_>) -> Policies {
    let order = fields.get("ExecutionPlan").and_then(|at| context.word(&at, &ORDERS));
    let order = order.unwrap_or_else(|| Located::new(Order::default(), Origin::unwritten("ExecutionPlan")));
    let update = update(fields, context);
    let restart = restart(fields, kind, context);
    let (retry, on_failure) = failure(fields, context);
    Policies { kind, order, update, restart, retry, on_failure }
}

fn open<'n>(
    fields: &Fields<'n>,
    field: &str,
    object: &'static Object,
    context: &mut Context<'_>,
) -> Option<Fields<'n>> {
    Fields::open(&fields.get(field)?, object, context)
}

fn update(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<UpdateStrategy> {
    let fields = open(fields, "UpdateStrategy", &UPDATE, context)?;
    let at = fields.require("Type", "", context)?;
    let kind = context.word(&at, &UPDATES)?;
    let max_unavailable = number(&fields, "MaxUnavailable", 0, context);
    if kind.value == "recreate" {
        idle(&fields, "MaxUnavailable", "`recreate` stops every replica first", at.span(), context);
    }
    Some(UpdateStrategy { kind: kind.map(str::to_owned), max_unavailable })
}

fn restart(fields: &Fields<'_>, kind: JobKind, context: &mut Context<'_>) -> Option<Restart> {
    let job = fields;
    let fields = open(job, "RestartPolicy", &RESTART, context)?;
    let at = fields.require("Mode", "", context)?;
    let mode = context.word(&at, &MODES)?;
    if matches!(kind, JobKind::Batch | JobKind::Ops) && mode.value == RestartMode::Always {
        let message = format!("a job of type `{}` that is always started again never ends", kind.name());
        let help = "write `Type: service`, or `Mode: on-failure`";
        let mut diagnostic = Diagnostic::error(Code::Conflict, at.span(), message).help(help);
        if let Some(at) = job.get("Type") {
            diagnostic = diagnostic.related(at.span(), "the type");
        }
        context.report(diagnostic);
    }
    if mode.value == RestartMode::Never {
        idle(&fields, "MaxAttempts", "nothing is started again", at.span(), context);
    }
    Some(Restart { mode, attempts: number(&fields, "MaxAttempts", 1, context) })
}

/// Warns about a field that has nothing to do because of what another one says at `other`.
fn idle(fields: &Fields<'_>, field: &str, why: &str, other: Span, context: &mut Context<'_>) {
    if let Some(at) = fields.get(field) {
        let message = format!("{} has no effect: {why}", at.name());
        let warning = Diagnostic::warning(Code::Ineffective, at.span(), message);
        context.report(warning.related(other, "because of this"));
    }
}

/// How often a failed task is tried, and what its failure means for those after it.
fn failure(fields: &Fields<'_>, context: &mut Context<'_>) -> (Option<Retry>, OnFailure) {
    let Some(fields) = open(fields, "ErrorHandling", &ERRORS, context) else {
        return (None, OnFailure::default());
    };
    let place = fields.get("OnFailure");
    let reaction = place.as_ref().and_then(|at| context.word(at, &REACTIONS));
    let misread = place.is_some() && reaction.is_none();
    let reaction = reaction.map_or(Reaction::Retry, |reaction| reaction.value);
    let on_failure = match reaction {
        Reaction::Continue => OnFailure::Continue,
        Reaction::Retry | Reaction::Stop => OnFailure::Stop,
    };
    let backoff = fields.get("BackoffStrategy").and_then(|at| context.word(&at, &BACKOFFS));
    let backoff = backoff.map_or_else(Backoff::default, |backoff| backoff.value);
    let attempts = number(&fields, "MaxAttempts", 1, context);
    if misread {
        // What the others have to do is not known then.
        return (None, on_failure);
    }
    match (attempts, reaction, place) {
        (Some(attempts), Reaction::Retry, _) => return (Some(Retry { attempts, backoff }), on_failure),
        (None, Reaction::Retry, place) if !fields.is_meant("MaxAttempts", context) => {
            let asking = fields.get("BackoffStrategy").or(place);
            if let Some(at) = asking {
                let message = format!("{} has no effect: a failed task is tried once", at.name());
                let warning = Diagnostic::warning(Code::Ineffective, at.span(), message);
                context.report(warning.help("`MaxAttempts` says how often it is tried"));
            }
        }
        (_, Reaction::Stop | Reaction::Continue, Some(place)) => {
            for field in ["MaxAttempts", "BackoffStrategy"] {
                idle(&fields, field, "a failed task is not tried again", place.span(), context);
            }
        }
        _ => {}
    }
    (None, on_failure)
}

fn number(fields: &Fields<'_>, field: &str, least: i64, context: &mut Context<'_>) -> Option<Located<u32>> {
    let number = context.integer(&fields.get(field)?, least..=i64::from(u32::MAX))?;
    Some(number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)))
}
