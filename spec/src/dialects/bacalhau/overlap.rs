//! Inputs and results that are in one another's way.

mod collected;

use std::collections::HashMap;

use super::engine::Runs;
use super::inputs::WrittenInput;
use crate::decode::Context;
use crate::model::{ResultKind, ResultPath};
use crate::{Code, Diagnostic, Span};

/// Checks that the inputs and results of a task are not in one another's way.
pub(super) fn check(runs: Runs, inputs: &[WrittenInput], results: &[ResultPath], context: &mut Context<'_>) {
    collected::check(runs, inputs, results, context);
    if runs != Runs::Wasm {
        return;
    }
    let mut targets: HashMap<&str, Span> = HashMap::new();
    for target in inputs.iter().filter_map(|input| input.target.as_ref()) {
        if let Some(span) = target.origin.place() {
            targets.entry(&target.value).or_insert(span);
        }
    }
    for target in inputs.iter().filter_map(|input| input.target.as_ref()) {
        let above = ancestors(&target.value).find_map(|above| targets.get_key_value(above));
        if let (Some((above, first)), Some(span)) = (above, target.origin.place()) {
            let message = format!("the input at `{}` lies below the one at `{above}`", target.value);
            context.report(
                Diagnostic::error(Code::TargetsOverlap, span, message)
                    .help("give every input a folder of its own")
                    .related(*first, "the input above it"),
            );
        }
    }
    of_results(&targets, results, context);
}

/// A result is mounted at `/<Name>` and, where it is a folder, at its path: neither may be an input's, nor
/// another result's.
fn of_results(targets: &HashMap<&str, Span>, results: &[ResultPath], context: &mut Context<'_>) {
    let mut folders: HashMap<String, (usize, Span)> = HashMap::new();
    for (index, result) in results.iter().enumerate() {
        let mount = format!("/{}", result.name.value);
        for (text, place) in [(&result.name, &mount), (&result.path, &result.path.value)] {
            let Some(span) = text.origin.place() else { continue };
            let name = &result.name.value;
            if let Some(input) = targets.get(place.as_str()) {
                let message = format!("the result `{name}` is at the path of an input, `{place}`");
                let says = format!("output name {name:?} conflicts with input target");
                let diagnostic = Diagnostic::error(Code::TargetsOverlap, span, message);
                context.report(diagnostic.related(*input, "the input").bacalhau_says(says));
                break;
            }
            if !is_folder(result) {
                continue;
            }
            let (owner, other) = *folders.entry(place.clone()).or_insert((index, span));
            // Equal names and equal paths were told about.
            let told = results[owner].name.value == *name || results[owner].path.value == result.path.value;
            if owner != index && !told {
                let message =
                    format!("the results `{name}` and `{}` are both at `{place}`", results[owner].name.value);
                let help = "a folder is seen at its `Path` and at `/` and its `Name`";
                let diagnostic = Diagnostic::error(Code::TargetsOverlap, span, message);
                context.report(diagnostic.help(help).related(other, "the other one"));
                break;
            }
        }
    }
}

/// Whether a result is a folder that the guest finds there, rather than something collected afterwards.
fn is_folder(result: &ResultPath) -> bool {
    let folder = result.kind.as_ref().is_none_or(|kind| kind.value == ResultKind::Directory);
    folder && !result.is_pattern()
}

/// The folders above an absolute path, the nearest first, the root last.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let below_root = path.rmatch_indices('/').filter(|(at, _)| *at > 0).map(|(at, _)| &path[..at]);
    below_root.chain((path != "/").then_some("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancestors_end_with_the_root() {
        assert_eq!(ancestors("/a/b/c").collect::<Vec<_>>(), ["/a/b", "/a", "/"]);
        assert_eq!(ancestors("/a").collect::<Vec<_>>(), ["/"]);
        assert_eq!(ancestors("/").count(), 0);
    }
}
