//! What the document promises beyond the real system: plans, updates, restarts, retries.

use crate::decode::{Context, Field, Fields, Object, Shape, Unknown};
use crate::model::{
    Backoff, JobKind, Located, OnFailure, Order, Restart, RestartMode, Retry, UpdateStrategy,
};
use crate::{Code, Diagnostic};

pub(super) static UPDATE: Object = Object {
    what: "an update strategy",
    fields: &[
        Field::new("Type")
            .shape(Shape::Words(&UPDATES))
            .doc("Whether replicas are replaced one after the other or all at once.")
            .required(),
        Field::new("MaxUnavailable").shape(ATTEMPTS).doc("How many replicas may be missing meanwhile."),
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

/// A number of attempts or replicas.
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
#[derive(Debug, Default)]
pub(super) struct Policies {
    pub(super) order: Order,
    pub(super) update: Option<UpdateStrategy>,
    pub(super) restart: Option<Restart>,
    pub(super) retry: Option<Retry>,
    pub(super) on_failure: OnFailure,
}

/// Lowers the job's policies.
pub(super) fn lower(fields: &Fields<'_>, kind: JobKind, context: &mut Context<'_>) -> Policies {
    let mut policies = Policies::default();
    if let Some(at) = fields.get("ExecutionPlan") {
        policies.order = context.word(&at, &ORDERS).map_or_else(Order::default, |order| order.value);
    }
    policies.update = update(fields, context);
    policies.restart = restart(fields, kind, context);
    retry(fields, &mut policies, context);
    policies
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
    let max_unavailable = attempts(&fields, "MaxUnavailable", context);
    Some(UpdateStrategy { kind: kind.map(str::to_owned), max_unavailable })
}

fn restart(fields: &Fields<'_>, kind: JobKind, context: &mut Context<'_>) -> Option<Restart> {
    let fields = open(fields, "RestartPolicy", &RESTART, context)?;
    let at = fields.require("Mode", "", context)?;
    let mode = context.word(&at, &MODES)?;
    if matches!(kind, JobKind::Batch | JobKind::Ops) && mode.value == RestartMode::Always {
        let message = format!("a job of type `{}` that is always started again never ends", kind.name());
        let help = "write `Type: service`, or `Mode: on-failure`";
        context.report(Diagnostic::error(Code::Conflict, at.span(), message).help(help));
    }
    Some(Restart { mode, attempts: attempts(&fields, "MaxAttempts", context) })
}

fn retry(fields: &Fields<'_>, policies: &mut Policies, context: &mut Context<'_>) {
    let Some(fields) = open(fields, "ErrorHandling", &ERRORS, context) else { return };
    let reaction = fields.get("OnFailure").and_then(|at| context.word(&at, &REACTIONS));
    let reaction = reaction.map_or(Reaction::Retry, |reaction| reaction.value);
    if reaction == Reaction::Continue {
        policies.on_failure = OnFailure::Continue;
    }
    let backoff = fields.get("BackoffStrategy").and_then(|at| context.word(&at, &BACKOFFS));
    let backoff = backoff.map_or_else(Backoff::default, |backoff| backoff.value);
    if let (Some(attempts), Reaction::Retry) = (attempts(&fields, "MaxAttempts", context), reaction) {
        policies.retry = Some(Retry { attempts, backoff });
    }
}

fn attempts(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Located<u32>> {
    let number = context.integer(&fields.get(field)?, 1..=i64::from(u32::MAX))?;
    Some(number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)))
}
