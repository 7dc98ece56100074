//! What the document promises beyond the real system: plans, updates, restarts, retries.

use crate::decode::{Context, Field, Fields, Object, Unknown};
use crate::model::{
    Backoff, JobKind, Located, OnFailure, Order, Restart, RestartMode, Retry, UpdateStrategy,
};
use crate::{Code, Diagnostic};

static UPDATE: Object = Object {
    what: "an update strategy",
    fields: &[Field::new("Type"), Field::new("MaxUnavailable")],
    unknown: Unknown::Skipped,
};

static RESTART: Object = Object {
    what: "a restart policy",
    fields: &[Field::new("Mode"), Field::new("MaxAttempts")],
    unknown: Unknown::Skipped,
};

static ERRORS: Object = Object {
    what: "the error handling",
    fields: &[Field::new("MaxAttempts"), Field::new("OnFailure"), Field::new("BackoffStrategy")],
    unknown: Unknown::Skipped,
};

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
        let orders = [("parallel", Order::Parallel), ("sequential", Order::Sequential)];
        policies.order = context.word(&at, &orders).map_or_else(Order::default, |order| order.value);
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
    let kind = context.word(&at, &[("rolling", "rolling"), ("recreate", "recreate")])?;
    let max_unavailable = attempts(&fields, "MaxUnavailable", context);
    Some(UpdateStrategy { kind: kind.map(str::to_owned), max_unavailable })
}

fn restart(fields: &Fields<'_>, kind: JobKind, context: &mut Context<'_>) -> Option<Restart> {
    const MODES: &[(&str, RestartMode)] = &[
        ("never", RestartMode::Never),
        ("no", RestartMode::Never),
        ("on-failure", RestartMode::OnFailure),
        ("onFailure", RestartMode::OnFailure),
        ("unless-stopped", RestartMode::UnlessStopped),
        ("always", RestartMode::Always),
    ];
    let fields = open(fields, "RestartPolicy", &RESTART, context)?;
    let at = fields.require("Mode", "", context)?;
    let mode = context.word(&at, MODES)?;
    if matches!(kind, JobKind::Batch | JobKind::Ops) && mode.value == RestartMode::Always {
        let message = format!("a job of type `{}` that is always started again never ends", kind.name());
        let help = "write `Type: service`, or `Mode: on-failure`";
        context.report(Diagnostic::error(Code::Conflict, at.span(), message).help(help));
    }
    Some(Restart { mode, attempts: attempts(&fields, "MaxAttempts", context) })
}

fn retry(fields: &Fields<'_>, policies: &mut Policies, context: &mut Context<'_>) {
    /// What follows a failure.
    #[derive(Clone, Copy, PartialEq)]
    enum Reaction {
        Retry,
        Stop,
        Continue,
    }
    let Some(fields) = open(fields, "ErrorHandling", &ERRORS, context) else { return };
    let reactions = [
        ("retry", Reaction::Retry),
        ("stop", Reaction::Stop),
        ("fail", Reaction::Stop),
        ("continue", Reaction::Continue),
        ("ignore", Reaction::Continue),
    ];
    let reaction = fields.get("OnFailure").and_then(|at| context.word(&at, &reactions));
    let reaction = reaction.map_or(Reaction::Retry, |reaction| reaction.value);
    if reaction == Reaction::Continue {
        policies.on_failure = OnFailure::Continue;
    }
    let backoffs =
        [("exponential", Backoff::Exponential), ("linear", Backoff::Linear), ("constant", Backoff::Constant)];
    let backoff = fields.get("BackoffStrategy").and_then(|at| context.word(&at, &backoffs));
    let backoff = backoff.map_or_else(Backoff::default, |backoff| backoff.value);
    if let (Some(attempts), Reaction::Retry) = (attempts(&fields, "MaxAttempts", context), reaction) {
        policies.retry = Some(Retry { attempts, backoff });
    }
}

fn attempts(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Located<u32>> {
    let number = context.integer(&fields.get(field)?, 1..=i64::from(u32::MAX))?;
    Some(number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)))
}
