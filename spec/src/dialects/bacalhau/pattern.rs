//! Wildcards in the paths of results.

use std::ops::Range;

use crate::decode::{At, Context};
use crate::model::{ResultKind, ResultPath, is_path_pattern};
use crate::{Code, Diagnostic};

/// Whether the wildcards of a path, if it has any, are whole; what is wrong with them is reported.
pub(super) fn is_whole(at: &At<'_>, path: &str, context: &mut Context<'_>) -> bool {
    let Some((range, why)) = pattern_fault(path) else { return true };
    let Some(written) = context.text(at) else { return false };
    // What is before a fault stands where it is in the file only if nothing was taken out of the path.
    let range = if written == path { range } else { 0..written.len() };
    let span = context.part(at.node, range);
    let message = format!("{} is no pattern of paths: {why}", at.name());
    let help = "`*` and `?` stand for any characters, `[a-z]` for one of a range, `{a,b}` for one of several";
    context.report(Diagnostic::error(Code::BadPath, span, message).help(help));
    false
}

/// Warns about a type that wildcards leave without effect, and about braces that look like a choice and are none.
pub(super) fn check_kind(result: &ResultPath, context: &mut Context<'_>) {
    let Some(span) = result.path.origin.place() else { return };
    let kind = result.kind.as_ref();
    if let Some(kind) = kind.filter(|kind| kind.value == ResultKind::Directory && result.is_pattern())
        && let Some(place) = kind.origin.place()
    {
        let message = format!(
            "{} has no effect: the path holds wildcards, and files are collected",
            kind.origin.quoted()
        );
        let warning = Diagnostic::warning(Code::Ineffective, place, message);
        context.report(warning.help("remove it, or name one folder").related(span, "the path"));
    }
    let collected = kind.is_none_or(|kind| matches!(kind.value, ResultKind::File | ResultKind::Directory));
    if collected && !result.is_pattern() && holds_a_choice(&result.path.value) {
        let message = format!("{}: the braces stand for themselves", result.path.origin.quoted());
        let help = "they are a choice only beside `*`, `?` or `[…]`; name one result for each of them";
        context.report(Diagnostic::warning(Code::UnreachableResult, span, message).help(help));
    }
}

/// Whether a path holds `{a,b}`.
fn holds_a_choice(path: &str) -> bool {
    let groups = path.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    groups.into_iter().any(|(group, _)| group.contains(','))
}

/// What is wrong with the wildcards of a path, and where. A path without any is no pattern.
fn pattern_fault(path: &str) -> Option<(Range<usize>, &'static str)> {
    if !is_path_pattern(path) {
        return None;
    }
    let (mut class, mut groups): (Option<usize>, Vec<usize>) = (None, Vec::new());
    let mut characters = path.char_indices();
    while let Some((at, c)) = characters.next() {
        match (class, c) {
            // What follows stands for itself.
            (None, '\\') => drop(characters.next()),
            // A bracket that comes first is one of the characters.
            (Some(start), ']') if !matches!(&path[start + 1..at], "" | "!" | "^") => class = None,
            (Some(_), _) => {}
            (None, '[') => class = Some(at),
            (None, '{') => groups.push(at),
            (None, '}') if groups.pop().is_none() => return Some((at..at + 1, "nothing opens this brace")),
            _ => {}
        }
    }
    let bracket = class.map(|at| (at..at + 1, "nothing closes this bracket"));
    bracket.or(groups.pop().map(|at| (at..at + 1, "nothing closes this brace")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_closed() {
        for fine in
            ["/a/*.csv", "/a/[a-z]?", "/a/[]]", "/a/[!]x]*", "/a/*.{csv,{a,b}}", "/a{", "/a]*", "/a\\{*"]
        {
            assert_eq!(pattern_fault(fine), None, "{fine}");
        }
        for (wrong, at) in [("/a/[a-z", 3), ("/a*{b", 3), ("/*}", 2), ("/[]", 1)] {
            assert_eq!(pattern_fault(wrong).map(|(range, _)| range), Some(at..at + 1), "{wrong}");
        }
    }
}
