//! Results that are taken from the guest's files afterwards, and whether anything can be there.

use std::collections::HashMap;

use super::{ancestors, is_folder};
use crate::decode::Context;
use crate::dialects::bacalhau::engine::Runs;
use crate::dialects::bacalhau::inputs::WrittenInput;
use crate::model::{InlineContent, Located, ResultKind, ResultPath, Source};
use crate::{Code, Diagnostic, Span};

/// Folders of a container that are the system's own, and hold no file that stays.
const SYSTEM_FOLDERS: &[&str] = &["/dev", "/proc", "/sys"];

/// An input that has a place, and its source where that is known.
#[derive(Clone, Copy)]
struct Placed<'i> {
    target: &'i Located<String>,
    source: Option<&'i Source>,
}

impl Placed<'_> {
    fn of(input: &WrittenInput) -> Option<Placed<'_>> {
        let source = input.source.as_ref().map(|source| &source.value);
        Some(Placed { target: input.target.as_ref()?, source })
    }
}

/// Checks that each result could be produced.
pub(super) fn check(runs: Runs, inputs: &[WrittenInput], results: &[ResultPath], context: &mut Context<'_>) {
    let placed: Vec<_> = inputs.iter().filter_map(Placed::of).collect();
    let by_target: HashMap<&str, Placed<'_>> =
        placed.iter().map(|input| (input.target.value.as_str(), *input)).collect();
    // Whatever lies above an input, or above a folder that the guest finds, is a folder itself.
    let mut folders: HashMap<&str, Option<Span>> = HashMap::new();
    let mounted = results.iter().filter(|result| is_folder(result));
    for path in placed.iter().map(|input| input.target).chain(mounted.map(|result| &result.path)) {
        for above in ancestors(&path.value) {
            folders.entry(above).or_insert(path.origin.place());
        }
    }
    for result in results.iter().filter(|result| !is_stream(result)) {
        let within = ancestors(&result.path.value).find_map(|above| by_target.get(above).copied());
        match (runs, within) {
            (_, Some(input)) if is_folder(result) => below_a_file(result, input, context),
            (_, _) if is_folder(result) => {}
            (Runs::Wasm, Some(input)) => in_an_input(result, input, context),
            (Runs::Container, Some(input)) if !may_be_written(input) => {
                let at = &input.target.value;
                unreachable(
                    result,
                    format!("the input at `{at}` is read-only"),
                    input.target.origin.place(),
                    context,
                );
            }
            (Runs::Container, _) if in_the_system(&result.path.value) => {
                unreachable(result, "files there are the system's own".to_owned(), None, context);
            }
            _ => {
                if let Some(span) = folders.get(result.path.value.as_str()).filter(|_| !result.is_pattern()) {
                    let why = format!("`{}` is a folder, and the result one file", result.path.value);
                    unreachable(result, why, *span, context);
                }
            }
        }
    }
}

/// No result is taken out of an input of a WebAssembly task: what lies there is the user's.
fn in_an_input(result: &ResultPath, input: Placed<'_>, context: &mut Context<'_>) {
    let Located { value: path, origin } = &result.path;
    let Some(span) = origin.place() else { return };
    let message = format!(
        "the result `{}` lies in the input `{}`, where no results are collected",
        result.name.value, input.target.value
    );
    let mut diagnostic = Diagnostic::error(Code::TargetsOverlap, span, message)
        .help(format!("let the guest write it elsewhere than to `{path}`"));
    if let Some(span) = input.target.origin.place() {
        diagnostic = diagnostic.related(span, "the input");
    }
    context.report(diagnostic);
}

fn below_a_file(result: &ResultPath, input: Placed<'_>, context: &mut Context<'_>) {
    if matches!(input.source, Some(Source::Inline(InlineContent { archive: false, .. }))) {
        let why = format!("the input at `{}` is a file", input.target.value);
        unreachable(result, why, input.target.origin.place(), context);
    }
}

fn unreachable(result: &ResultPath, why: String, other: Option<Span>, context: &mut Context<'_>) {
    let Some(span) = result.path.origin.place() else { return };
    let message = format!("nothing can produce the result `{}`: {why}", result.name.value);
    let mut warning = Diagnostic::warning(Code::UnreachableResult, span, message);
    if let Some(other) = other {
        warning = warning.related(other, "because of this");
    }
    context.report(warning);
}

/// A source that is not known may be.
fn may_be_written(input: Placed<'_>) -> bool {
    match input.source {
        Some(Source::Local { read_write, .. }) => read_write.as_ref().is_some_and(|written| written.value),
        source => source.is_none(),
    }
}

fn in_the_system(path: &str) -> bool {
    ancestors(path).any(|above| SYSTEM_FOLDERS.contains(&above))
}

fn is_stream(result: &ResultPath) -> bool {
    result.kind.as_ref().is_some_and(|kind| !matches!(kind.value, ResultKind::File | ResultKind::Directory))
}
