//! Where the results of a legacy job go.

use super::blank::set;
use super::words::{self, number, report_chosen};
use crate::decode::{At, Config, Context, Fields, Kind};
use crate::dialects::bacalhau::s3;
use crate::dialects::bacalhau::spec_config::SpecConfig;
use crate::model::{Located, Publisher};
use crate::{Code, Diagnostic};

pub(super) static PUBLISHER_SPEC: Config = Config::new(
    "the publisher",
    &[
        Kind::new("noop", "Results stay in the execution's folder."),
        Kind::new("ipfs", "IPFS."),
        Kind::new("s3", "An S3 bucket.").params(&s3::PUBLISHER),
        Kind::new("local", "An archive that this machine keeps."),
        Kind::new("estuary", "A service that has ended: results stay in the execution's folder."),
    ],
)
.optional();

/// A publisher of any version.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Which {
    /// None is named; clients write it for a field that was never set.
    Unknown,
    Noop,
    Ipfs,
    S3,
    Local,
    /// Services that have ended.
    Estuary,
    Filecoin,
}

pub(super) static WORDS: [(&str, Which); 7] = [
    ("noop", Which::Noop),
    ("ipfs", Which::Ipfs),
    ("s3", Which::S3),
    ("local", Which::Local),
    ("estuary", Which::Estuary),
    ("filecoin", Which::Filecoin),
    ("unknown", Which::Unknown),
];

/// The numbers of the clients of August 2023; 5 is older.
const NUMBERS: &[Which] = &[Which::Unknown, Which::Noop, Which::Ipfs, Which::Estuary, Which::S3, Which::S3];

/// The number that meant Estuary before it meant S3.
const AMBIGUOUS: i64 = 4;

/// Lowers the publisher of a spec. `PublisherSpec` wins over `Publisher`, unless it names none.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Located<Publisher>> {
    let old = set(fields, "Publisher").and_then(|at| {
        let kind = choose(&at, None, context)?;
        Some((at, kind))
    });
    let spec = set(fields, "PublisherSpec").and_then(|at| {
        let spec = SpecConfig::open(&at, &PUBLISHER_SPEC, context)?;
        let kind =
            if spec.kind.is_empty() { Which::Unknown } else { choose(&spec.at, Some(&spec), context)? };
        Some((at, spec, kind))
    });
    let Some((at, spec, kind)) = spec.filter(|(.., kind)| *kind != Which::Unknown) else {
        let (at, kind) = old?;
        return publisher(&at, kind, None, context).map(|publisher| at.locate(publisher));
    };
    if let Some((old, _)) = old.filter(|(_, old)| !matches!(old, Which::Unknown) && *old != kind) {
        let message = format!("{} is skipped: `PublisherSpec` says where results go", old.name());
        let diagnostic = Diagnostic::warning(Code::Overruled, old.span(), message).help("remove it");
        context.report(diagnostic.related(spec.at.span(), "the publisher that counts"));
    }
    publisher(&spec.at, kind, Some(&spec), context).map(|publisher| at.locate(publisher))
}

/// Lowers a publisher that is a word or a number.
pub(in crate::dialects::bacalhau) fn lower_word(
    at: &At<'_>,
    context: &mut Context<'_>,
) -> Option<Located<Publisher>> {
    let kind = choose(at, None, context)?;
    publisher(at, kind, None, context).map(|publisher| at.locate(publisher))
}

fn choose(at: &At<'_>, spec: Option<&SpecConfig<'_>>, context: &mut Context<'_>) -> Option<Which> {
    let kind = words::choose(at, &WORDS, NUMBERS, "invalid publisher type", context)?.value;
    if number(at) != Some(AMBIGUOUS) {
        return Some(kind);
    }
    // Buckets need parameters, which the other one never had.
    if spec.is_some_and(|spec| spec.has_params()) {
        report_chosen(at, "s3", "estuary", "because there are `Params`", context);
        Some(Which::S3)
    } else {
        report_chosen(at, "estuary", "s3", "because there are no `Params`", context);
        Some(Which::Estuary)
    }
}

fn publisher(
    at: &At<'_>,
    kind: Which,
    spec: Option<&SpecConfig<'_>>,
    context: &mut Context<'_>,
) -> Option<Publisher> {
    match (kind, spec) {
        (Which::Unknown, _) => None,
        (Which::Noop, _) => Some(Publisher::None),
        (Which::Ipfs, _) => Some(Publisher::Ipfs),
        (Which::Local, _) => Some(Publisher::Local),
        // What this form says nothing about stays as it is; the current form makes an archive of it.
        (Which::S3, Some(spec)) => s3::publisher(spec, false, context),
        (Which::S3, None) => {
            let message = format!("{} names no bucket", at.name());
            let help = "write `PublisherSpec: {Type: s3, Params: {Bucket: …, Key: …}}`";
            let diagnostic = Diagnostic::error(Code::MissingField, at.span(), message).help(help);
            context.report(diagnostic.bacalhau_says("invalid s3 params. bucket cannot be empty"));
            None
        }
        (Which::Estuary | Which::Filecoin, _) => {
            let service = if kind == Which::Estuary { "Estuary" } else { "Filecoin" };
            let message = format!("{service} no longer takes results: they stay in the execution's folder");
            let help = "remove it, or name a publisher that there is: `local`, `s3` or `ipfs`";
            context.report(Diagnostic::warning(Code::NoMeaningHere, at.span(), message).help(help));
            Some(Publisher::None)
        }
    }
}
