//! How often a legacy job runs, and where.

use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown};
use crate::dialects::bacalhau::replicas;
use crate::model::{JobKind, Located, Origin};
use crate::reader::Kind;
use crate::{Code, Diagnostic};

pub(super) static DEAL: Object = Object {
    what: "the deal",
    fields: &[
        Field::new("TargetingMode")
            .also(&["targeting_mode"])
            .shape(Shape::OneOf(&[Shape::Boolean, Shape::Words(&MODES)]))
            .doc("Whether the job runs on all machines that match (`true`), or on one (`false`).")
            .default("false")
            .blank(),
        Field::new("Concurrency")
            .shape(Shape::Whole { least: i64::MIN, most: i64::MAX })
            .doc("How many replicas run.")
            .default("1"),
        Field::new("Confidence")
            .shape(Shape::Whole { least: 0, most: i64::MAX })
            .doc("How many replicas had to agree; means nothing on one machine."),
        Field::new("MinBids")
            .also(&["min_bids"])
            .shape(Shape::Whole { least: 0, most: i64::MAX })
            .doc("How many machines had to offer to run it; means nothing on one."),
    ],
    unknown: Unknown::Skipped,
};

/// What a deal says about one machine.
#[derive(Debug)]
pub(in crate::dialects::bacalhau) struct Deal {
    pub(super) kind: Located<JobKind>,
    pub(super) count: Located<u32>,
}

impl Default for Deal {
    fn default() -> Deal {
        Deal {
            kind: Located::new(JobKind::Batch, Origin::unwritten("Spec.Deal.TargetingMode")),
            count: Located::new(1, Origin::unwritten("Spec.Deal.Concurrency")),
        }
    }
}

/// Lowers the deal of a spec, or else that of the job around it, where it stood until version 0.3.13.
pub(super) fn lower(spec: &Fields<'_>, outside: Option<&At<'_>>, context: &mut Context<'_>) -> Deal {
    let inside = spec.get("Deal");
    if let (Some(inside), Some(outside)) = (&inside, outside) {
        let message = "the deal of `Spec` counts, and not the one beside it";
        let diagnostic = Diagnostic::warning(Code::Overruled, outside.span(), message).help("remove it");
        context.report(diagnostic.related(inside.span(), "the deal that counts"));
    }
    let Some(at) = inside.as_ref().or(outside) else { return Deal::default() };
    let Some(fields) = Fields::open(at, &DEAL, context) else { return Deal::default() };
    let kind = fields.get("TargetingMode").and_then(|at| targeting(&at, context));
    let kind = kind.unwrap_or_else(|| Deal::default().kind);
    let count = count(&fields, kind.value, context).unwrap_or_else(|| Deal::default().count);
    bids(&fields, &count, context);
    Deal { kind, count }
}

static MODES: [(&str, JobKind); 4] =
    [("any", JobKind::Batch), ("all", JobKind::Ops), ("false", JobKind::Batch), ("true", JobKind::Ops)];

/// Whether a job runs on one machine or on all that match: `false` or `any`, `true` or `all`.
fn targeting(at: &At<'_>, context: &mut Context<'_>) -> Option<Located<JobKind>> {
    match &at.node.kind {
        Kind::Text(text, _) if text.trim().is_empty() => None,
        Kind::Text(..) => context.word(at, &MODES),
        _ => {
            let all = context.boolean(at)?;
            Some(all.map(|all| if all { JobKind::Ops } else { JobKind::Batch }))
        }
    }
}

fn count(fields: &Fields<'_>, kind: JobKind, context: &mut Context<'_>) -> Option<Located<u32>> {
    let at = fields.get("Concurrency")?;
    let count = context.integer(&at, i64::MIN..=i64::MAX)?;
    if kind == JobKind::Ops {
        if count.value > 1 {
            let message = "a job for all machines runs once on each of them, whatever its `Concurrency`";
            context.report(
                Diagnostic::warning(Code::BacalhauRefuses, at.span(), message)
                    .help("remove `Concurrency`, or write `TargetingMode: false`")
                    .bacalhau_says("Deal: concurrency ignored for target all mode, must be == 0"),
            );
        }
        return None;
    }
    if count.value < 1 {
        let message = format!("a `Concurrency` of {} can't be", count.value);
        let diagnostic = Diagnostic::error(Code::BadNumber, at.span(), message).help("write 1 or more");
        context.report(diagnostic.bacalhau_says("concurrency must be >= 1"));
    }
    Some(replicas::lower(&at, "Concurrency", count, context))
}

/// Checks what a network needed to choose and to verify. One machine is always enough for one.
fn bids(fields: &Fields<'_>, count: &Located<u32>, context: &mut Context<'_>) {
    if let Some(at) = fields.get("Confidence")
        && let Some(confidence) = context.integer(&at, i64::MIN..=i64::MAX)
    {
        let says = match confidence.value {
            ..0 => "confidence must be >= 0",
            wanted if wanted > i64::from(count.value) => {
                "the deal confidence cannot be higher than the concurrency"
            }
            _ => "",
        };
        if says.is_empty() {
            for_networks(&at, confidence.value, context);
        } else {
            let message =
                format!("a `Confidence` of {} can't be reached by {}", confidence.value, count.value);
            context.report(Diagnostic::error(Code::BadNumber, at.span(), message).bacalhau_says(says));
        }
    }
    if let Some(at) = fields.get("MinBids")
        && let Some(bids) = context.integer(&at, 0..=i64::MAX)
    {
        for_networks(&at, bids.value, context);
    }
}

fn for_networks(at: &At<'_>, wanted: i64, context: &mut Context<'_>) {
    if wanted > 1 {
        let message = format!("{} is for a network of machines, and means nothing on one", at.name());
        context.report(Diagnostic::warning(Code::NoMeaningHere, at.span(), message).help("remove it"));
    }
}
