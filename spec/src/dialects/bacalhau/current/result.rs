//! What a task leaves.

use std::collections::HashMap;

use super::path::{self, Relative};
use crate::decode::{At, Context, Field, Fields, Object, Unknown, shorten};
use crate::model::{Compression, Format, Located, ResultKind, ResultPath};
use crate::{Code, Diagnostic, Span};

static RESULT: Object = Object {
    what: "a result",
    fields: &[
        Field::new("Name"),
        Field::new("Path"),
        Field::new("Type"),
        Field::new("Format"),
        Field::new("Compression"),
        Field::new("CompressionLevel"),
    ],
    unknown: Unknown::Skipped,
};

const KINDS: &[(&str, ResultKind)] = &[
    ("file", ResultKind::File),
    ("directory", ResultKind::Directory),
    ("stdout", ResultKind::Stdout),
    ("stderr", ResultKind::Stderr),
    ("exitCode", ResultKind::ExitCode),
];

const FORMATS: &[(&str, Format)] =
    &[("raw", Format::Raw), ("text", Format::Text), ("json", Format::Json), ("csv", Format::Csv)];

const COMPRESSIONS: &[(&str, Compression)] =
    &[("none", Compression::None), ("gzip", Compression::Gzip), ("zstd", Compression::Zstd)];

/// Bytes of a name that file systems take.
const LONGEST_NAME: usize = 255;

/// The names that are kept for what every execution leaves.
const STREAMS: &[(&str, ResultKind)] =
    &[("stdout", ResultKind::Stdout), ("stderr", ResultKind::Stderr), ("exitCode", ResultKind::ExitCode)];

/// Lowers the results of a task.
pub(super) fn lower(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<ResultPath> {
    let Some(at) = fields.get("ResultPaths") else { return Vec::new() };
    let mut results: Vec<ResultPath> = Vec::new();
    let (mut names, mut paths) = (HashMap::new(), HashMap::new());
    for item in context.list(&at) {
        let Some(result) = result(&item, context) else { continue };
        let name_says = |name: &str| format!("result path with name '{name}' already exists");
        let path_says = |path: &str| format!("result path '{path}' already exists");
        unique(&mut names, &result.name, "two results are called", name_says, context);
        if !is_stream(result.kind.as_ref()) {
            unique(&mut paths, &result.path, "two results are at", path_says, context);
        }
        results.push(result);
    }
    results
}

fn unique(
    seen: &mut HashMap<String, Span>,
    text: &Located<String>,
    what: &str,
    says: impl FnOnce(&str) -> String,
    context: &mut Context<'_>,
) {
    let Some(span) = text.origin.span else { return };
    if let Some(first) = seen.insert(text.value.clone(), span) {
        let message = format!("{what} `{}`", text.value);
        let diagnostic = Diagnostic::error(Code::DuplicateName, span, message);
        context.report(diagnostic.related(first, "the first one").bacalhau_says(says(&text.value)));
    }
}

fn is_stream(kind: Option<&Located<ResultKind>>) -> bool {
    kind.is_some_and(|kind| !matches!(kind.value, ResultKind::File | ResultKind::Directory))
}

fn result(at: &At<'_>, context: &mut Context<'_>) -> Option<ResultPath> {
    let fields = Fields::open(at, &RESULT, context)?;
    let name = fields.require("Name", "invalid output: missing name", context);
    let name = name.and_then(|at| context.string(&at));
    let kind = fields.get("Type").and_then(|at| context.word(&at, KINDS));
    let path = path(&fields, kind.as_ref(), context);
    let format = fields.get("Format").and_then(|at| context.word(&at, FORMATS));
    let compression = fields.get("Compression").and_then(|at| context.word(&at, COMPRESSIONS));
    let level = fields.get("CompressionLevel").and_then(|at| context.integer(&at, 1..=9));
    let level = level.and_then(|level| {
        let value = u8::try_from(level.value).ok()?;
        Some(level.map(|_| value))
    });
    let (name, path) = (name?, path?);
    let kind = check_name(&name, kind, &path, context)?;
    Some(ResultPath { name, path, kind, format, compression, level })
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
    if path.value == "/" {
        let message = "a result can't be the guest's whole root";
        let help = "name a folder in it, and let the guest write there";
        context.report(Diagnostic::error(Code::BadPath, at.span(), message).help(help));
        return None;
    }
    Some(path)
}

/// Checks a result's name; gives its kind, which for a `file` at `/stdout` and its like is the stream.
fn check_name(
    name: &Located<String>,
    kind: Option<Located<ResultKind>>,
    path: &Located<String>,
    context: &mut Context<'_>,
) -> Option<Option<Located<ResultKind>>> {
    let span = name.origin.span.unwrap_or_default();
    let refuse = |message: String, help: String, context: &mut Context<'_>| {
        context.report(Diagnostic::error(Code::BadResultName, span, message).help(help));
        None
    };
    let text = name.value.as_str();
    if text.is_empty() || text.starts_with('.') || text.contains(['/', '\0']) || text.len() > LONGEST_NAME {
        let message = format!("`{}` can't be the name of a result", shorten(text).escape_debug());
        let help = format!(
            "it names one file or folder, without `/` and no `.` first, in at most {LONGEST_NAME} bytes"
        );
        return refuse(message, help, context);
    }
    if text == "execution.json" {
        let message = "`execution.json` is where dayfly itself writes about the execution".to_owned();
        return refuse(message, "choose another name".to_owned(), context);
    }
    let Some((word, stream)) = STREAMS.iter().find(|(word, _)| *word == text) else { return Some(kind) };
    match kind {
        Some(kind) if kind.value == *stream => Some(Some(kind)),
        Some(kind) if kind.value == ResultKind::File && path.value == format!("/{word}") => {
            Some(Some(kind.map(|_| *stream)))
        }
        _ => {
            let message = format!("the name `{word}` is kept for what the guest leaves there");
            refuse(message, format!("write `Type: {word}`, or choose another name"), context)
        }
    }
}
