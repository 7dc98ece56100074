//! Words that some clients write as numbers.

use crate::decode::{At, Context, unknown_word};
use crate::model::Located;
use crate::reader::Kind;
use crate::{Code, Diagnostic};

/// The number that a client wrote for a word.
pub(super) fn number(at: &At<'_>) -> Option<i64> {
    match &at.node.kind {
        Kind::Number(text) => text.parse().ok(),
        _ => None,
    }
}

/// What a word stands for, in any case, with space around it or not.
pub(super) fn word<T: Copy>(
    at: &At<'_>,
    words: &[(&'static str, T)],
    says: &str,
    context: &mut Context<'_>,
) -> Option<Located<T>> {
    context.word_or(at, words, |unknown, text| unknown.bacalhau_says(format_args!("{says}: {text}")))
}

/// What a word stands for, or a number that always means the same word. `says` is what the real system says before
/// a word that it does not know.
pub(super) fn choose<T: Copy>(
    at: &At<'_>,
    words: &[(&'static str, T)],
    numbers: &[T],
    says: &str,
    context: &mut Context<'_>,
) -> Option<Located<T>> {
    let Some(number) = number(at) else { return word(at, words, says, context) };
    let found = usize::try_from(number).ok().and_then(|index| numbers.get(index));
    if found.is_none() {
        report_unknown(at, &number.to_string(), words, says, context);
    }
    found.map(|value| at.locate(*value))
}

/// Reports what stands for no word.
pub(super) fn report_unknown<T>(
    at: &At<'_>,
    written: &str,
    words: &[(&'static str, T)],
    says: &str,
    context: &mut Context<'_>,
) {
    let diagnostic = unknown_word(at, written, words.iter().map(|(word, _)| *word));
    context.report(diagnostic.bacalhau_says(format_args!("{says}: {written}")));
}

/// Reports which of two words a number was taken for.
pub(super) fn report_chosen(at: &At<'_>, taken: &str, other: &str, why: &str, context: &mut Context<'_>) {
    let written = context.written(at.span());
    let message = format!(
        "{}: {written} means `{taken}` in one version and `{other}` in another; taken as `{taken}`, {why}",
        at.name(),
    );
    let help = format!("write `{taken}`");
    context.report(Diagnostic::warning(Code::AmbiguousNumber, at.span(), message).help(help));
}
