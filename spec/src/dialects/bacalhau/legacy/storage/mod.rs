//! `StorageSpec`: inputs, outputs and modules of the legacy form.

mod kind;
mod s3;

use super::blank::{report_overruled, set};
use super::metadata;
use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown};
use crate::dialects::bacalhau::inputs::{Inputs, WrittenInput};
use crate::dialects::bacalhau::path::{self, Relative};
use crate::dialects::bacalhau::source;
use crate::model::{Located, ModuleSource, Source};
use crate::{Code, Diagnostic};
use kind::StorageKind;

/// What the object holds, whatever it is used for.
const fn fields(name: Field, path: Field) -> [Field; 10] {
    [
        Field::new("StorageSource")
            .also(&["storage_source", "StorageEngine", "storage_engine"])
            .shape(KIND)
            .doc("What kind of place the data comes from."),
        name,
        Field::new("CID").shape(PLACE).doc("The content identifier, for `ipfs` and `estuary`."),
        Field::new("URL").shape(PLACE).doc("The address for `urlDownload`; the data URL for `inline`."),
        Field::new("S3").shape(OBJECTS).doc("The objects of a bucket, for `s3`."),
        Field::new("Repo").shape(PLACE).doc("The git repository, for `repoClone` and `repoCloneLFS`."),
        Field::new("SourcePath")
            .also(&["source_path"])
            .shape(PLACE)
            .doc("The path on the host, for `localDirectory`."),
        Field::new("ReadWrite")
            .also(&["read_write"])
            .shape(Shape::Hint(&Shape::Boolean))
            .doc("Whether the guest may write there, for `localDirectory`."),
        path,
        Field::new("Metadata").doc("Notes."),
    ]
}

const KIND: Shape =
    Shape::Set(&Shape::OneOf(&[Shape::Numbered(&kind::WORDS, 10), Shape::Words(&["unknown"])]));

const OBJECTS: Shape = Shape::Hint(&Shape::Object(&s3::S3));

/// One of the fields that say where exactly. Those of another kind are told about, and not looked at.
const PLACE: Shape = Shape::Hint(&Shape::Text);

const ALIAS: Field =
    Field::new("Name").shape(Shape::Set(&Shape::Text)).doc("The name that a module is imported by.");

const PATH: Field =
    Field::new("Path").shape(Shape::Set(&Shape::Path)).doc("The path at which the guest sees it.");

pub(super) static INPUT: Object =
    Object { what: "an input", fields: &fields(ALIAS, PATH.required()), unknown: Unknown::Skipped };

pub(super) static MODULE: Object =
    Object { what: "a module", fields: &fields(ALIAS, PATH), unknown: Unknown::Skipped };

pub(super) static OUTPUT: Object = Object {
    what: "an output",
    fields: &fields(
        Field::new("Name").shape(Shape::Name).doc("Its name in the execution's folder.").required(),
        Field::new("Path").shape(Shape::Path).doc("The path at which the guest writes it.").required(),
    ),
    unknown: Unknown::Skipped,
};

/// The fields that say where data comes from.
const PLACES: &[&str] = &["CID", "URL", "S3", "Repo", "SourcePath", "ReadWrite"];

/// Lowers an input of a spec.
pub(super) fn input(at: &At<'_>, inputs: &mut Inputs, context: &mut Context<'_>) {
    let Some(fields) = Fields::open(at, &INPUT, context) else { return };
    let alias = metadata::text(&fields, "Name", context);
    let target = match set(&fields, "Path") {
        Some(path) => path::absolute(&path, Relative::Accepted, context),
        None => {
            let path = fields.missing("Path", |missing| missing, context);
            path.and_then(|path| path::absolute(&path, Relative::Accepted, context))
        }
    };
    let alias = own_alias(alias, inputs, context);
    let source = source(&fields, context);
    inputs.add(WrittenInput { source, target, alias }, context);
}

/// Lowers a module; the guest need not see it.
pub(super) fn module(at: &At<'_>, context: &mut Context<'_>) -> Option<ModuleSource> {
    let fields = Fields::open(at, &MODULE, context)?;
    let alias = metadata::text(&fields, "Name", context);
    let target = set(&fields, "Path").and_then(|path| path::absolute(&path, Relative::Accepted, context));
    let source = source(&fields, context)?;
    Some(ModuleSource::Source { source, alias, target })
}

/// Opens an output. Of where it is stored, nothing but the words is looked at: a publisher decides that.
pub(super) fn output<'n>(at: &At<'n>, context: &mut Context<'_>) -> Option<Fields<'n>> {
    let fields = Fields::open(at, &OUTPUT, context)?;
    if let Some(at) = set(&fields, "StorageSource") {
        kind::check(&at, context);
    }
    report_overruled(&fields, PLACES, ("an output has a `Name` and a `Path`", None), context);
    Some(fields)
}

fn source(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Located<Source>> {
    let kind = kind::of(fields, context)?;
    let used: &[&str] = match kind {
        StorageKind::Local => &["SourcePath", "ReadWrite"],
        kind => &[kind.needs()],
    };
    let others: Vec<_> = PLACES.iter().copied().filter(|place| !used.contains(place)).collect();
    let why = format!("the source is of type `{}`", kind.word());
    let place = set(fields, "StorageSource").or_else(|| set(fields, kind.needs()));
    report_overruled(fields, &others, (&why, place.as_ref()), context);
    let says = format!("invalid legacy storage spec - missing {}", kind.needs());
    let Some(place) = set(fields, kind.needs()) else {
        fields.missing(kind.needs(), |missing| missing.bacalhau_says(says), context);
        return None;
    };
    let source = match kind {
        StorageKind::Ipfs => Source::Ipfs { cid: source::value(fields, "CID", context)?, gateway: None },
        StorageKind::Url => {
            Source::Url { url: source::address(fields, "URL", context)?, headers: Vec::new() }
        }
        StorageKind::Inline => source::data_url(&place, context)?,
        StorageKind::S3 => s3::source(&place, context)?,
        StorageKind::Repo | StorageKind::RepoLfs => Source::Git {
            repository: source::value(fields, "Repo", context)?,
            lfs: kind == StorageKind::RepoLfs,
        },
        StorageKind::Local => Source::Local {
            path: source::value(fields, "SourcePath", context)?,
            read_write: fields.get("ReadWrite").and_then(|at| context.boolean(&at)),
            create: crate::model::CreateAs::Nothing,
        },
    };
    Some(fields.at().locate(source))
}

/// The name of an input, unless another one has it; that is reported.
fn own_alias(
    alias: Option<Located<String>>,
    inputs: &mut Inputs,
    context: &mut Context<'_>,
) -> Option<Located<String>> {
    let alias = alias?;
    let (Some(span), Some(first)) = (alias.origin.place(), inputs.earlier(&alias)) else {
        return Some(alias);
    };
    let message = format!("two inputs are called `{}`; the name stays with the first one", alias.value);
    context.report(
        Diagnostic::warning(Code::BacalhauRefuses, span, message)
            .related(first, "the first one")
            .bacalhau_says(format_args!("input source with alias '{}' already exists", alias.value)),
    );
    None
}
