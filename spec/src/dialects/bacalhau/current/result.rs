//! What a task leaves.

use crate::decode::{At, Context, Field, Fields, Object, Shape, Unknown};
use crate::dialects::bacalhau::path::{self, Relative};
use crate::dialects::bacalhau::pattern;
use crate::dialects::bacalhau::results::{Results, STREAMS, check_name, is_root};
use crate::model::{Compression, Format, Located, ResultKind, ResultPath};
use crate::{Code, Diagnostic};

pub(super) static RESULT: Object = Object {
    what: "a result",
    fields: &[
        Field::new("Name")
            .shape(Shape::Name)
            .doc("Its name in the execution's folder.")
            .required()
            .examples(&["outputs"]),
        Field::new("Path")
            .shape(Shape::AbsolutePath)
            .doc("The absolute path at which the guest writes it; it may hold wildcards.")
            .required_unless("Type", &["stdout", "stderr", "exitCode"])
            .examples(&["/outputs"]),
        Field::new("Type")
            .shape(Shape::Words(&KINDS))
            .doc("What it is. Without it, a folder unless the path holds wildcards."),
        Field::new("Format").shape(Shape::Words(&FORMATS)).doc("What its content is.").default("raw"),
        Field::new("Compression")
            .shape(Shape::Words(&COMPRESSIONS))
            .doc("How it is compressed when it is published."),
        Field::new("CompressionLevel")
            .shape(Shape::Whole { least: 1, most: 9 })
            .doc("How hard the compressor tries."),
    ],
    unknown: Unknown::Skipped,
};

static KINDS: [(&str, ResultKind); 5] = [
    ("file", ResultKind::File),
    ("directory", ResultKind::Directory),
    ("stdout", ResultKind::Stdout),
    ("stderr", ResultKind::Stderr),
    ("exitCode", ResultKind::ExitCode),
];

static FORMATS: [(&str, Format); 4] =
    [("raw", Format::Raw), ("text", Format::Text), ("json", Format::Json), ("csv", Format::Csv)];

static COMPRESSIONS: [(&str, Compression); 3] =
    [("none", Compression::None), ("gzip", Compression::Gzip), ("zstd", Compression::Zstd)];

/// Lowers the results of a task.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<ResultPath> {
    let Some(at) = fields.get("ResultPaths") else { return Vec::new() };
    let mut results = Results::default();
    for item in context.list(&at) {
        if let Some(result) = result(&item, &mut results, context) {
            results.add(result);
        }
    }
    results.into_list()
}

fn result(at: &At<'_>, results: &mut Results, context: &mut Context<'_>) -> Option<ResultPath> {
    let fields = Fields::open(at, &RESULT, context)?;
    let name = fields.require("Name", "invalid output: missing name", context);
    let name = name.and_then(|at| context.string(&at));
    let kind = fields.get("Type").and_then(|at| context.word(&at, &KINDS));
    let path = path(&fields, kind.as_ref(), context);
    let format = fields.get("Format").and_then(|at| context.word(&at, &FORMATS));
    let compression = fields.get("Compression").and_then(|at| context.word(&at, &COMPRESSIONS));
    let level = fields.get("CompressionLevel").and_then(|at| context.integer(&at, 1..=9));
    let level = level.and_then(|level| {
        let value = u8::try_from(level.value).ok()?;
        Some(level.map(|_| value))
    });
    // What is wrong with the compression was told about.
    if let Some(at) = fields.get("CompressionLevel")
        && (compression.is_some() || !fields.is_meant("Compression", context))
    {
        unused_level(&at, compression.as_ref(), context);
    }
    results.claim(name.as_ref(), path.as_ref(), kind.as_ref(), context);
    let (name, path) = (name?, path?);
    let kind = check_name(&name, kind, &path, context)?;
    unused_path(kind.as_ref(), &path, context);
    let result = ResultPath { name, path, kind, format, compression, level };
    pattern::check_kind(&result, context);
    Some(result)
}

/// The path; streams of the guest can do without one.
fn path(
    fields: &Fields<'_>,
    kind: Option<&Located<ResultKind>>,
    context: &mut Context<'_>,
) -> Option<Located<String>> {
    if fields.get("Path").is_none()
        && let Some(kind) = kind
        && let Some((word, _)) = STREAMS.iter().find(|(_, stream)| *stream == kind.value)
    {
        return Some(Located::new(format!("/{word}"), kind.origin.clone()));
    }
    let at = fields.require("Path", "invalid output: missing path", context)?;
    let path = path::absolute(&at, Relative::Refused, context)?;
    (!is_root(&at, &path.value, context) && pattern::is_whole(&at, &path.value, context)).then_some(path)
}

/// Warns about a compression level where nothing is compressed.
fn unused_level(at: &At<'_>, compression: Option<&Located<Compression>>, context: &mut Context<'_>) {
    let message = format!("{} has no effect: the result is not compressed", at.name());
    let warning = Diagnostic::warning(Code::Ineffective, at.span(), message);
    match compression {
        None => context.report(warning.help("write `Compression: gzip`, or `zstd`, beside it")),
        Some(compression) if compression.value == Compression::None => {
            context
                .report(warning.related(compression.origin.place().unwrap_or_default(), "the compression"));
        }
        Some(_) => {}
    }
}

/// Warns about the path of a stream that is another one's, or nobody's.
fn unused_path(kind: Option<&Located<ResultKind>>, path: &Located<String>, context: &mut Context<'_>) {
    let Some(kind) = kind else { return };
    let Some((word, _)) = STREAMS.iter().find(|(_, stream)| *stream == kind.value) else { return };
    if path.value == format!("/{word}") {
        return;
    }
    let (Some(span), Some(place)) = (path.origin.place(), kind.origin.place()) else { return };
    let message =
        format!("`{}` has no effect: a result of type `{word}` is taken from the stream", path.origin.change);
    let warning = Diagnostic::warning(Code::Ineffective, span, message);
    context.report(warning.help(format!("write `/{word}`, or leave it out")).related(place, "the type"));
}
