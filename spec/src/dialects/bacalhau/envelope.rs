//! What Bacalhau's commands and servers put around a job: answers about it, and requests that submit it.

use super::current;
use super::legacy::{is_blank, report_said};
use crate::decode::{At, Context, Field, Fields, Object, Unknown};
use crate::model::Job;
use crate::reader::{Entry, Kind, Node};
use crate::{Code, Diagnostic, Span};

/// What `describe` and `job describe` print, and what a request of the current form is.
static ANSWER: Object = Object {
    what: "an answer about a job",
    fields: &[
        Field::new("Job"),
        Field::new("APIVersion").also(&["api_version"]),
        Field::new("ClientID").also(&["client_id"]),
        Field::new("Context"),
        Field::new("State"),
        Field::new("JobState").also(&["job_state"]),
        Field::new("Events"),
        Field::new("JobEvents").also(&["job_events"]),
        Field::new("LocalEvents").also(&["local_events"]),
        Field::new("LocalJobEvents").also(&["local_job_events"]),
        Field::new("Executions"),
        Field::new("History"),
        Field::new("Force"),
        Field::new("EvaluationID").also(&["evaluation_id"]),
        Field::new("Warnings"),
    ],
    unknown: Unknown::Skipped,
};

/// What the legacy clients sent.
static REQUEST: Object = Object {
    what: "a signed request",
    fields: &[
        Field::new("Payload").also(&["job_create_payload", "JobCreatePayload", "data"]),
        Field::new("Signature").also(&["client_signature", "ClientSignature"]),
        Field::new("ClientPublicKey").also(&["client_public_key"]),
    ],
    unknown: Unknown::Skipped,
};

/// Whether a file is an answer about a job. A `Job` that is no object makes it one where the rest is an answer's.
pub(in crate::dialects) fn is_answer(tree: &Node<'_>) -> bool {
    let job = tree.get("Job");
    job.is_some_and(|job| matches!(job.kind, Kind::Map(_)) || is_rest_of_answer(tree))
}

/// Whether a file has nothing but what an answer has beside its job, and of that something that no job has.
pub(in crate::dialects) fn is_rest_of_answer(tree: &Node<'_>) -> bool {
    const SHARED: [&str; 3] = ["Job", "APIVersion", "ClientID"];
    let Kind::Map(entries) = &tree.kind else { return false };
    let field = |entry: &Entry<'_>| ANSWER.fields.iter().find(|field| field.is_called(&entry.key.name));
    entries.iter().all(|entry| field(entry).is_some())
        && entries.iter().any(|entry| field(entry).is_some_and(|field| !SHARED.contains(&field.name)))
}

/// The key by which a file is a request that submits a job.
pub(in crate::dialects) fn request_key(tree: &Node<'_>) -> Option<Span> {
    let Kind::Map(entries) = &tree.kind else { return None };
    let key = |wanted: &str| {
        let field = REQUEST.fields.iter().find(|field| field.name == wanted)?;
        entries.iter().map(|entry| &entry.key).find(|key| field.is_called(&key.name))
    };
    key("Payload").and(key("Signature").or(key("ClientPublicKey"))).map(|key| key.span)
}

/// The job inside an answer or a request.
pub(in crate::dialects) fn open<'n>(at: &At<'n>, context: &mut Context<'_>) -> Option<At<'n>> {
    if request_key(at.node).is_some() {
        let fields = Fields::open(at, &REQUEST, context)?;
        report_said(&fields, &["Signature", "ClientPublicKey"], context);
        return fields.get("Payload");
    }
    let fields = Fields::open(at, &ANSWER, context)?;
    let rest: Vec<_> = ANSWER.fields.iter().map(|field| field.name).filter(|name| *name != "Job").collect();
    report_said(&fields, &rest, context);
    fields.get("Job")
}

/// How many of the fields that only the system sets make a job one that the system has printed: who wrote one of them
/// by hand is told so.
const PRINTED: usize = 3;

/// Whether a job of the current form is as `job describe` and `--dry-run` of some versions printed it.
pub(in crate::dialects) fn is_printed(job: &Node<'_>) -> bool {
    current::READ_ONLY.iter().filter(|name| job.entry(name).is_some()).count() >= PRINTED
}

/// Lowers a job as the system printed it.
pub(in crate::dialects) fn lower_printed(job: &At<'_>, context: &mut Context<'_>) -> Option<Job> {
    let entries = current::READ_ONLY.iter().filter_map(|name| job.node.entry(name));
    if let Some(first) =
        entries.filter(|entry| !is_blank(&entry.value)).min_by_key(|entry| entry.key.span.start)
    {
        let message = "what only the system sets is not part of what the job says, and skipped";
        context.report(Diagnostic::remark(Code::NotOfTheJob, first.key.span, message));
    }
    without_system_fields(context, |context| current::lower(job, context))
}

/// Lowers what is inside; what a server adds to a job is expected there, and skipped.
pub(in crate::dialects) fn without_system_fields<T>(
    context: &mut Context<'_>,
    lower: impl FnOnce(&mut Context<'_>) -> Option<T>,
) -> Option<T> {
    let before = context.len();
    let lowered = lower(context);
    let found = context.split_off(before);
    let kept = |diagnostic: &Diagnostic| diagnostic.code != Code::ReadOnlyField;
    context.extend(found.into_iter().filter(kept).collect());
    lowered
}
