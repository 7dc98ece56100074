//! Inputs and results that are in one another's way.

use std::collections::HashMap;

use crate::decode::Context;
use crate::model::{Engine, Input, Located, ResultPath};
use crate::{Code, Diagnostic, Span};

/// Checks that the inputs and results of a task have paths of their own.
pub(super) fn check(engine: &Engine, inputs: &[Input], results: &[ResultPath], context: &mut Context<'_>) {
    let mut aliases: HashMap<&str, Span> = HashMap::new();
    let mut targets: HashMap<&str, Span> = HashMap::new();
    for input in inputs {
        if let Some(alias) = &input.alias {
            let says = format!("input source with alias '{}' already exists", alias.value);
            twice(&mut aliases, alias, Code::DuplicateName, "two inputs are called", &says, context);
        }
        let says = format!("input source with target '{}' already exists", input.target.value);
        twice(&mut targets, &input.target, Code::TargetsOverlap, "two inputs are at", &says, context);
    }
    if !matches!(engine, Engine::Wasm(_)) {
        return;
    }
    for input in inputs {
        let above = ancestors(&input.target.value).find_map(|above| targets.get_key_value(above));
        if let (Some((above, first)), Some(span)) = (above, input.target.origin.span) {
            let message = format!("the input at `{}` lies below the one at `{above}`", input.target.value);
            context.report(
                Diagnostic::error(Code::TargetsOverlap, span, message)
                    .help("give every input a folder of its own")
                    .related(*first, "the input above it"),
            );
        }
    }
    for result in results {
        let mount = format!("/{}", result.name.value);
        let places = [(&result.name, mount.as_str()), (&result.path, result.path.value.as_str())];
        for (text, place) in places {
            let (Some(first), Some(span)) = (targets.get(place), text.origin.span) else { continue };
            let message = format!("the result `{}` is at the path of an input, `{place}`", result.name.value);
            context.report(
                Diagnostic::error(Code::TargetsOverlap, span, message)
                    .related(*first, "the input")
                    .bacalhau_says(format_args!(
                        "output name {:?} conflicts with input target",
                        result.name.value
                    )),
            );
            break;
        }
    }
}

fn twice<'t>(
    seen: &mut HashMap<&'t str, Span>,
    text: &'t Located<String>,
    code: Code,
    what: &str,
    says: &str,
    context: &mut Context<'_>,
) {
    let Some(span) = text.origin.span else { return };
    match seen.get(text.value.as_str()) {
        Some(&first) => context.report(
            Diagnostic::error(code, span, format!("{what} `{}`", text.value))
                .related(first, "the first one")
                .bacalhau_says(says),
        ),
        None => {
            seen.insert(&text.value, span);
        }
    }
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
