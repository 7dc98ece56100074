//! The job.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::policies::Policies;
use super::{http, meta, name, policies, task};
use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown, unknown_word};
use crate::dialects::bacalhau::{constraints, replicas};
use crate::model::{Flow, Job, JobKind, Located, Origin, Replicas, Stage, Task};
use crate::reader::Kind;
use crate::{Code, Diagnostic};

/// The job's fields.
pub(in crate::dialects) static JOB: Object = Object {
    what: "the job",
    fields: &[
        Field::new("Name")
            .shape(Shape::Text)
            .doc("What the job is called. A job without a name is called by its identifier.")
            .examples(&["my-job"]),
        Field::new("Namespace")
            .shape(Shape::Text)
            .doc("The namespace that the name belongs to.")
            .default("default"),
        Field::new("Type")
            .shape(Shape::ExactWords(&KINDS))
            .doc(
                "How the job lives: `batch` and `ops` run to their end; `service` and `daemon` run until they \
                 are stopped. `ops` and `daemon` run once on every machine that matches.",
            )
            .default("batch"),
        Field::new("Priority")
            .shape(Shape::Whole { least: i64::MIN, most: i64::MAX })
            .doc("Higher goes first.")
            .default("0"),
        Field::new("Count")
            .shape(Shape::Whole { least: 0, most: replicas::MOST })
            .doc("How many replicas run. 0 runs nothing; `ops` and `daemon` take no more than 1.")
            .default("1"),
        Field::new("Constraints")
            .shape(Shape::List(&Shape::Object(&constraints::CONSTRAINT)))
            .doc("What the machine must be like, by its labels."),
        Field::new("Labels")
            .shape(Shape::Map(&Shape::StrictText))
            .doc("Names and values that the job is found by."),
        Field::new("Meta")
            .shape(Shape::Map(&Shape::Any))
            .doc("Free data. Keys that begin with `http.` hold for every function of the job that has not its own."),
        Field::new("Tasks")
            .shape(Shape::FilledList(&Shape::Object(&task::TASK)))
            .doc("What runs: one task after the other.")
            .required(),
        Field::new("ExecutionPlan")
            .shape(Shape::Words(&policies::ORDERS))
            .doc("Whether replicas run all at once or one after the other.")
            .default("parallel"),
        Field::new("UpdateStrategy")
            .shape(Shape::Object(&policies::UPDATE))
            .doc("How a running service is replaced by a newer version."),
        Field::new("RestartPolicy")
            .shape(Shape::Object(&policies::RESTART))
            .doc("When a task that ended is started again."),
        Field::new("ErrorHandling")
            .shape(Shape::Object(&policies::ERRORS))
            .doc("What follows when a task fails."),
    ],
    unknown: Unknown::Refused { read_only: READ_ONLY },
};

/// The fields that only the system sets.
pub(in crate::dialects) const READ_ONLY: &[&str] =
    &["ID", "State", "Version", "Revision", "CreateTime", "ModifyTime"];

/// The types of a job, by exact words.
static KINDS: [(&str, JobKind); 4] = [
    ("batch", JobKind::Batch),
    ("ops", JobKind::Ops),
    ("service", JobKind::Service),
    ("daemon", JobKind::Daemon),
];

/// Lowers a file of the current form.
pub(in crate::dialects) fn lower(root: &At<'_>, context: &mut Context<'_>) -> Option<Job> {
    context.find_misplaced(root, &JOB);
    let fields = Fields::open(root, &JOB, context)?;
    let kind = kind(&fields, context);
    let policies = policies::lower(&fields, kind.value, context);
    let meta = meta::lower(&fields, context);
    let http = http::OfJob::read(&fields, &meta, &kind, context);
    let tasks = tasks(&fields, &policies, &http, context);
    http.check(&tasks, context);
    Some(Job {
        name: named(&fields, "Name", name::check, context),
        namespace: named(&fields, "Namespace", name::check_namespace, context),
        priority: priority(&fields, context),
        replicas: Replicas { count: count(&fields, kind.value, context), order: policies.order },
        constraints: constraints::lower(&fields, "Constraints", context),
        labels: meta::labels(&fields, context),
        meta,
        flow: Flow {
            // Tasks run one after the other.
            stages: (0..tasks.len()).map(|task| Stage { name: None, tasks: vec![task] }).collect(),
            on_failure: policies.on_failure,
        },
        update: policies.update,
        kind,
        tasks,
        deployment: None,
        delivery: None,
        ssh_keys: Vec::new(),
    })
}

/// Reads a field of the job itself. Of these the real system says which type it wants.
fn typed<T>(
    fields: &Fields<'_>,
    field: &str,
    wanted: &str,
    context: &mut Context<'_>,
    read: impl FnOnce(&At<'_>, &mut Context<'_>) -> Option<T>,
) -> Option<T> {
    let at = fields.get(field)?;
    let before = context.len();
    let value = read(&at, context);
    if context.len() > before {
        let found = match at.node.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "bool",
            Kind::Number(_) => "number",
            Kind::Text(..) => "string",
            Kind::List(_) => "array",
            Kind::Map(_) => "object",
        };
        let says = format!("field: '{field}' in 'job' is invalid type: '{found}' expected: '{wanted}'");
        context.wrong_types_say(before, &says);
    }
    value
}

/// A name; an empty one is none.
fn named(
    fields: &Fields<'_>,
    field: &str,
    check: impl FnOnce(&At<'_>, &str, &mut Context<'_>),
    context: &mut Context<'_>,
) -> Option<Located<String>> {
    let name = typed(fields, field, "string", context, |at, context| context.string(at))?;
    let at = fields.get(field)?;
    if name.value.is_empty() {
        return None;
    }
    if name.value.contains('\0') {
        let message = format!("{} holds a NUL character", at.name());
        context.report(Diagnostic::error(Code::BadName, at.span(), message));
    } else {
        check(&at, &name.value, context);
    }
    Some(name)
}

/// The job's type: exact words, `batch` where it is missing, as the document has it.
fn kind(fields: &Fields<'_>, context: &mut Context<'_>) -> Located<JobKind> {
    let default = || Located::new(JobKind::Batch, Origin::unwritten("Type"));
    let Some(at) = fields.get("Type") else { return default() };
    let text = typed(fields, "Type", "string", context, |at, context| Some(context.text(at)?.to_owned()));
    let Some(text) = text else { return default() };
    if let Some((_, kind)) = KINDS.iter().find(|(word, _)| *word == text) {
        return at.locate(*kind);
    }
    let diagnostic = unknown_word(&at, &text, KINDS.iter().map(|(word, _)| *word));
    context.report(diagnostic.bacalhau_says(format_args!("invalid job type: {text:?}")));
    default()
}

fn priority(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Located<i64>> {
    let whole = |at: &At<'_>, context: &mut Context<'_>| context.integer(at, i64::MIN..=i64::MAX);
    let before = context.len();
    let priority = typed(fields, "Priority", "int", context, whole)?;
    // Where it is not sure which number is meant, its range is of no matter.
    if context.len() == before && !PRIORITIES.contains(&priority.value) {
        let (least, most) = (PRIORITIES.start(), PRIORITIES.end());
        let message = format!("`Priority`: the documents allow {least} to {most}, found {}", priority.value);
        let span = priority.origin.place().unwrap_or_default();
        context.report(Diagnostic::warning(Code::OutOfRange, span, message));
    }
    Some(priority)
}

/// What the document allows; the real system takes any number.
const PRIORITIES: RangeInclusive<i64> = 0..=100;

fn count(fields: &Fields<'_>, kind: JobKind, context: &mut Context<'_>) -> Located<u32> {
    let one = Located::new(1, Origin::unwritten("Count"));
    let Some(at) = fields.get("Count") else { return one };
    let whole = |at: &At<'_>, context: &mut Context<'_>| context.integer(at, i64::MIN..=i64::MAX);
    let Some(count) = typed(fields, "Count", "int", context, whole) else { return one };
    if count.value < 0 {
        let message = format!("a `Count` of {} can't be", count.value);
        let diagnostic = Diagnostic::error(Code::BadNumber, at.span(), message);
        context.report(diagnostic.bacalhau_says("job count must be >= 0"));
    }
    let count = replicas::lower(&at, "Count", count, context);
    let everywhere = matches!(kind, JobKind::Ops | JobKind::Daemon);
    if everywhere && count.value > 1 {
        let kind = kind.name();
        let message = format!("a job of type `{kind}` runs once on every machine and takes no `Count`");
        let mut diagnostic = Diagnostic::error(Code::BadNumber, at.span(), message)
            .help("remove `Count`, or write `Type: batch`")
            .bacalhau_says(format_args!(
                "{kind} jobs cannot specify count > 1 as they run on all matching nodes"
            ));
        if let Some(at) = fields.get("Type") {
            diagnostic = diagnostic.related(at.span(), "the type");
        }
        context.report(diagnostic);
    } else if !everywhere && count.value == 0 {
        let message = "a `Count` of 0 runs nothing";
        context.report(Diagnostic::warning(Code::NothingRuns, at.span(), message));
    }
    if everywhere { one } else { count }
}

fn tasks(
    fields: &Fields<'_>,
    policies: &Policies,
    http: &http::OfJob,
    context: &mut Context<'_>,
) -> Vec<Task> {
    let Some(at) = fields.require("Tasks", "missing job tasks", context) else { return Vec::new() };
    let before = context.len();
    let items = context.list(&at);
    if items.is_empty() && context.len() == before {
        context.report(
            Diagnostic::error(Code::MissingField, at.span(), "the job has no tasks")
                .bacalhau_says("missing job tasks"),
        );
    }
    let mut names = HashMap::new();
    let mut tasks = Vec::with_capacity(items.len());
    for item in &items {
        tasks.extend(task::lower(item, policies, http, &mut names, context));
    }
    if let Some(second) = items.get(1) {
        let functions = tasks.iter().all(|task: &Task| task.http.is_some());
        let how = if functions { "are served side by side" } else { "run one after the other" };
        let message = format!("the tasks {how}; Bacalhau runs the first one alone");
        let span = second.node.get("Name").map_or(second.span(), |name| name.span);
        let remark = Diagnostic::remark(Code::BacalhauDiffers, span, message);
        context.report(remark.bacalhau_says("only one task is supported per job"));
    }
    tasks
}
