//! A legacy job.

use std::collections::HashSet;

use super::blank::report_said;
use super::deal::DEAL;
use super::metadata::{self, METADATA, Names};
use super::spec::{self, SPEC, Spec};
use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown, unknown_word};
use crate::model::{Flow, Job, Located, Order, Origin, Replicas, Stage};
use crate::{Code, Diagnostic, Severity};

/// The fields around a spec: its author's, and what a network adds to a job.
pub(in crate::dialects) static JOB: Object = Object {
    what: "the job",
    fields: &[
        VERSION,
        ABOUT,
        WORK,
        TIMES,
        PLAN,
        Field::new("ID").shape(Shape::Set(&Shape::Text)).doc("The job's name here."),
        Field::new("ClientID")
            .also(&["client_id"])
            .shape(Shape::Set(&Shape::Text))
            .doc("The job's namespace here."),
        Field::new("RequesterNodeID").also(&["requester_node_id"]).doc(SAID),
        Field::new("RequesterPublicKey").also(&["requester_public_key"]).doc(SAID),
        Field::new("CreatedAt").also(&["created_at"]).doc(SAID),
        Field::new("Status").doc(SAID),
    ],
    unknown: Unknown::Skipped,
};

/// What may stand among the fields of a spec that has no job around it.
static AROUND: Object = Object { what: "the job", fields: &[VERSION, ABOUT], unknown: Unknown::Skipped };

/// The fields of a job that its author writes.
pub(in crate::dialects) static JOB_FIELDS: [Field; 5] = [VERSION, ABOUT, WORK, TIMES, PLAN];

const VERSION: Field = Field::new("APIVersion")
    .also(&["api_version"])
    .shape(Shape::Text)
    .doc("The version that the job was written for: `V1alpha1`, `V1beta1` or `V1beta2`. All are read alike.")
    .default("V1beta2");

static METADATA_SHAPE: Shape = Shape::Object(&METADATA);

static DEAL_SHAPE: Shape = Shape::Object(&DEAL);

const ABOUT: Field =
    Field::new("Metadata").shape(Shape::Set(&METADATA_SHAPE)).doc("What a network said about the job.");

const WORK: Field = Field::new("Spec").shape(Shape::Object(&SPEC)).doc("What the job is about.").required();

const TIMES: Field = Field::new("Deal")
    .shape(Shape::Hint(&DEAL_SHAPE))
    .doc("How often the job runs, where it stood until version 0.3.13; `Spec.Deal` wins.");

const PLAN: Field = Field::new("ExecutionPlan").also(&["execution_plan"]).doc("Skipped: it divided inputs.");

/// What fields are that a network adds to a job.
const SAID: &str = "Skipped: it is what a network said about the job.";

const VERSIONS: [&str; 3] = ["V1alpha1", "V1beta1", "V1beta2"];

/// Lowers a job with its spec.
pub(in crate::dialects) fn lower(root: &At<'_>, context: &mut Context<'_>) -> Option<Job> {
    context.find_misplaced(root, &JOB);
    let fields = Fields::open(root, &JOB, context)?;
    outside_spec(root, context);
    version(fields.get("APIVersion").as_ref(), context);
    let mut names = metadata::lower(&fields, context);
    names.name = names.name.or_else(|| metadata::text(&fields, "ID", context));
    names.namespace = names.namespace.or_else(|| metadata::text(&fields, "ClientID", context));
    let said = ["RequesterNodeID", "RequesterPublicKey", "CreatedAt", "Status"];
    report_said(&fields, &said, context);
    let spec = fields.require("Spec", "job spec is empty", context)?;
    let spec = spec::lower(&spec, fields.get("Deal").as_ref(), context)?;
    Some(job(names, spec))
}

/// Lowers a spec that stands on its own, or with the version and the metadata among its fields.
pub(in crate::dialects) fn lower_bare(root: &At<'_>, context: &mut Context<'_>) -> Option<Job> {
    context.find_misplaced(root, &SPEC);
    let spec = spec::lower(root, None, context);
    let around = Fields::pick(root, &AROUND, context);
    version(around.get("APIVersion").as_ref(), context);
    let names = metadata::lower(&around, context);
    spec.map(|spec| job(names, spec))
}

/// The version has no part in how a job is read: one that nobody knows is told about.
fn version(at: Option<&At<'_>>, context: &mut Context<'_>) {
    let Some(at) = at else { return };
    let Some(text) = context.text(at) else { return };
    if VERSIONS.iter().any(|version| version.eq_ignore_ascii_case(text.trim())) {
        return;
    }
    let mut diagnostic = unknown_word(at, text, VERSIONS.into_iter());
    (diagnostic.severity, diagnostic.code) = (Severity::Warning, Code::BacalhauRefuses);
    if text.trim().is_empty() {
        diagnostic = diagnostic.bacalhau_says("APIVersion is empty");
    }
    context.report(diagnostic);
}

/// Reports the fields of a spec that stand beside it.
fn outside_spec(root: &At<'_>, context: &mut Context<'_>) {
    let mut told = HashSet::new();
    for entry in context.map(root).unwrap_or_default() {
        let name = &entry.key.name;
        if context.is_full() {
            return;
        }
        if JOB.has(name) || !SPEC.has(name) {
            continue;
        }
        context.take_back(entry.key.span);
        // The reader tells about keys that are there twice.
        if !told.insert(name.to_ascii_lowercase()) {
            continue;
        }
        let message = format!("`{name}` stands outside `Spec`, where it is skipped");
        context.report(
            Diagnostic::warning(Code::OutsideSpec, entry.key.span, message).help("move it into `Spec`"),
        );
    }
}

/// The job around one task.
pub(in crate::dialects::bacalhau) fn job(
    names: Names,
    Spec { task, deal, constraints, labels }: Spec,
) -> Job {
    Job {
        name: names.name,
        namespace: names.namespace,
        kind: deal.kind,
        priority: None,
        replicas: Replicas {
            count: deal.count,
            order: Located::new(Order::Parallel, Origin::unwritten("ExecutionPlan")),
        },
        constraints,
        labels,
        meta: Vec::new(),
        tasks: vec![task],
        flow: Flow { stages: vec![Stage { name: None, tasks: vec![0] }], ..Flow::default() },
        update: None,
        deployment: None,
        delivery: None,
        ssh_keys: Vec::new(),
    }
}
