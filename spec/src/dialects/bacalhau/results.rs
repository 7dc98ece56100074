//! What holds for the results of every form: names and paths of their own.

use std::collections::HashMap;

use crate::decode::{At, Context, shorten};
use crate::model::{Located, ResultKind, ResultPath};
use crate::{Code, Diagnostic, Span};

/// Bytes of a name that file systems take.
const LONGEST_NAME: usize = 255;

/// The names that are kept for what every execution leaves.
pub(super) const STREAMS: &[(&str, ResultKind)] =
    &[("stdout", ResultKind::Stdout), ("stderr", ResultKind::Stderr), ("exitCode", ResultKind::ExitCode)];

/// The results of a task, as they are found.
#[derive(Debug, Default)]
pub(super) struct Results {
    list: Vec<ResultPath>,
    names: HashMap<String, Span>,
    paths: HashMap<String, Span>,
}

impl Results {
    /// Notes what could be read of one; reports a name or path that another one has.
    pub(super) fn claim(
        &mut self,
        name: Option<&Located<String>>,
        path: Option<&Located<String>>,
        kind: Option<&Located<ResultKind>>,
        context: &mut Context<'_>,
    ) {
        let name_says = |name: &str| format!("result path with name '{name}' already exists");
        let path_says = |path: &str| format!("result path '{path}' already exists");
        let mut told = None;
        if let Some(path) = path.filter(|_| !is_stream(kind)) {
            let what = "two results are at";
            told = unique(&mut self.paths, path, Code::TargetsOverlap, what, path_says, context);
        }
        // A name that was made from a path needs no finding of its own.
        if let Some(name) = name.filter(|name| told.is_none() || name.origin.place() != told) {
            let what = "two results are called";
            unique(&mut self.names, name, Code::DuplicateName, what, name_says, context);
        }
    }

    /// Adds one that is right in itself.
    pub(super) fn add(&mut self, result: ResultPath) {
        self.list.push(result);
    }

    /// All of them, in the order of the file.
    pub(super) fn into_list(self) -> Vec<ResultPath> {
        self.list
    }
}

/// Whether a path is the guest's whole root, which no result can be; it is reported.
pub(super) fn is_root(at: &At<'_>, path: &str, context: &mut Context<'_>) -> bool {
    if path == "/" {
        let message = "a result can't be the guest's whole root";
        let help = "name a folder in it, and let the guest write there";
        context.report(Diagnostic::error(Code::BadPath, at.span(), message).help(help));
    }
    path == "/"
}

/// Checks a result's name; gives its kind, which for a `file` at `/stdout` and its like is the stream.
pub(super) fn check_name(
    name: &Located<String>,
    kind: Option<Located<ResultKind>>,
    path: &Located<String>,
    context: &mut Context<'_>,
) -> Option<Option<Located<ResultKind>>> {
    let span = name.origin.place().unwrap_or_default();
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

/// Reports a text that was seen before; its place where it was.
fn unique(
    seen: &mut HashMap<String, Span>,
    text: &Located<String>,
    code: Code,
    what: &str,
    says: impl FnOnce(&str) -> String,
    context: &mut Context<'_>,
) -> Option<Span> {
    let span = text.origin.place()?;
    let first = seen.insert(text.value.clone(), span)?;
    let message = format!("{what} `{}`", text.value);
    let diagnostic = Diagnostic::error(code, span, message);
    context.report(diagnostic.related(first, "the first one").bacalhau_says(says(&text.value)));
    Some(span)
}

fn is_stream(kind: Option<&Located<ResultKind>>) -> bool {
    kind.is_some_and(|kind| !matches!(kind.value, ResultKind::File | ResultKind::Directory))
}
