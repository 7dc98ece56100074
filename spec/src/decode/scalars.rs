//! Values by type.
//!
//! Lenient where the real system is needlessly strict, and says so where it matters to others: a number where
//! a text is wanted is taken as it is written (`CPU: 0.1`), a number in quotes where a number is wanted is taken
//! with a warning.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::{At, Context, suggest};
use crate::model::{Data, Located};
use crate::reader::{Entry, Kind, Node, Style};
use crate::{Code, Diagnostic};

impl Context<'_> {
    /// Reports that a value is of the wrong kind.
    pub(crate) fn wrong_type(&mut self, at: &At<'_>, expected: &str) {
        let diagnostic = wrong_type(at, expected);
        self.report(diagnostic);
    }

    /// The same, with what would be right.
    pub(crate) fn wrong_type_help(&mut self, at: &At<'_>, expected: &str, help: impl Into<String>) {
        let diagnostic = wrong_type(at, expected).help(help);
        self.report(diagnostic);
    }

    /// A text. Numbers count as they are written.
    pub(crate) fn text<'n>(&mut self, at: &At<'n>) -> Option<&'n str> {
        match &at.node.kind {
            Kind::Text(text, _) | Kind::Number(text) => Some(text),
            _ => {
                self.wrong_type(at, "a text");
                None
            }
        }
    }

    /// A text with its place.
    pub(crate) fn string(&mut self, at: &At<'_>) -> Option<Located<String>> {
        self.text(at).map(|text| at.locate(text.to_owned()))
    }

    /// A text among arguments, where a truth value surely means the word.
    pub(crate) fn argument(&mut self, at: &At<'_>) -> Option<String> {
        match at.node.kind {
            Kind::Bool(_) => Some(self.written(at.span()).to_owned()),
            // What Go reads it as.
            Kind::Null => {
                let message = format!("{} is nothing, taken as an empty text", at.name());
                let warning = Diagnostic::warning(Code::NotText, at.span(), message);
                self.report(warning.help("write \"\" for an empty text, or remove it"));
                Some(String::new())
            }
            _ => {
                self.check_old_truth(at);
                self.text(at).map(str::to_owned)
            }
        }
    }

    /// A text that others insist on being one: numbers and truth values are taken as written, with a warning.
    pub(crate) fn strict_text<'n>(&mut self, at: &At<'n>) -> Option<Cow<'n, str>> {
        let written = match &at.node.kind {
            Kind::Text(text, _) => {
                self.check_old_truth(at);
                return Some(Cow::Borrowed(text));
            }
            Kind::Number(text) => Cow::Borrowed(text.as_ref()),
            Kind::Bool(_) => Cow::Owned(self.written(at.span()).to_owned()),
            Kind::Null => return Some(Cow::Borrowed("")),
            Kind::List(_) | Kind::Map(_) => {
                self.wrong_type(at, "a text");
                return None;
            }
        };
        let message = format!("{} is {}, taken as the text `{written}`", at.name(), at.node.describe());
        self.report(
            Diagnostic::warning(Code::NotText, at.span(), message)
                .help(format!("write \"{written}\" in quotes")),
        );
        Some(written)
    }

    /// Warns about a value that is written as a text: in quotes, or with YAML's tag for texts.
    fn written_as_text(&mut self, at: &At<'_>, what: &str) {
        let (how, help) = match &at.node.kind {
            Kind::Text(_, Style::Plain) => ("tagged as a text", "remove the tag"),
            Kind::Text(_, Style::Block) => ("written as a text", "write it behind the colon"),
            _ => ("in quotes", "remove the quotes"),
        };
        let message = format!("{} is {what} {how}", at.name());
        self.report(Diagnostic::warning(Code::QuotedValue, at.span(), message).help(help));
    }

    /// A whole number.
    pub(crate) fn integer(&mut self, at: &At<'_>, range: RangeInclusive<i64>) -> Option<Located<i64>> {
        let old = self.old_number(at);
        let text: &str = match &at.node.kind {
            Kind::Number(text) => text,
            _ if old.is_some() => old.as_deref().unwrap_or_default(),
            Kind::Text(text, _) if whole(text.trim()).is_some() => {
                self.written_as_text(at, "a number");
                text
            }
            _ => {
                self.wrong_type(at, "a whole number");
                return None;
            }
        };
        let number = whole(text.trim()).filter(|number| range.contains(number));
        if number.is_none() {
            let (least, most) = (range.start(), range.end());
            let expected = match (*least, *most) {
                (i64::MIN, _) => "a whole number".to_owned(),
                (_, i64::MAX) => format!("a whole number of at least {least}"),
                _ => format!("a whole number from {least} to {most}"),
            };
            let message = format!("{} takes {expected}, found {text}", at.name());
            self.report(Diagnostic::error(Code::BadNumber, at.span(), message));
        }
        if let Some(number) = number {
            self.check_octal(at, number);
        }
        number.map(|number| at.locate(number))
    }

    /// A number of at least 0, also with a fraction.
    pub(crate) fn number(&mut self, at: &At<'_>) -> Option<Located<f64>> {
        let text = match &at.node.kind {
            Kind::Number(text) => text,
            Kind::Text(text, _) if text.trim().parse::<f64>().is_ok_and(f64::is_finite) => {
                self.written_as_text(at, "a number");
                text
            }
            _ => {
                self.wrong_type(at, "a number");
                return None;
            }
        };
        let number = text.trim().parse::<f64>().ok().or_else(|| whole(text.trim()).map(|whole| whole as f64));
        let number = number.filter(|number| number.is_finite() && *number >= 0.0);
        if number.is_none() {
            let message = format!("{} takes a number of at least 0, found {text}", at.name());
            self.report(Diagnostic::error(Code::BadNumber, at.span(), message));
        }
        number.map(|number| at.locate(number))
    }

    /// True or false.
    pub(crate) fn boolean(&mut self, at: &At<'_>) -> Option<Located<bool>> {
        let value = match &at.node.kind {
            Kind::Bool(value) => *value,
            Kind::Text(text, _)
                if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") =>
            {
                self.written_as_text(at, "a truth value");
                text.eq_ignore_ascii_case("true")
            }
            _ => {
                let old = self.old_truth(at);
                if old.is_none() {
                    self.wrong_type(at, "`true` or `false`");
                }
                old?
            }
        };
        Some(at.locate(value))
    }

    /// One of a few words, in any case, with space around it or not.
    pub(crate) fn word<T: Copy>(&mut self, at: &At<'_>, words: &[(&'static str, T)]) -> Option<Located<T>> {
        self.word_or(at, words, |unknown, _| unknown)
    }

    /// The same; `more` adds to the finding about a word that is none of them.
    pub(crate) fn word_or<T: Copy>(
        &mut self,
        at: &At<'_>,
        words: &[(&'static str, T)],
        more: impl FnOnce(Diagnostic, &str) -> Diagnostic,
    ) -> Option<Located<T>> {
        let text = self.text(at)?;
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim()));
        if found.is_none() {
            let unknown = unknown_word(at, text, words.iter().map(|(word, _)| *word));
            self.report(more(unknown, text));
        }
        found.map(|(_, value)| at.locate(*value))
    }

    /// The elements of a list.
    pub(crate) fn list<'n>(&mut self, at: &At<'n>) -> Vec<At<'n>> {
        match &at.node.kind {
            Kind::List(items) => {
                items.iter().enumerate().map(|(index, item)| at.element(item, index)).collect()
            }
            _ => {
                self.wrong_type_help(at, "a list", "put it into a list: `[…]`, or behind a `-`");
                Vec::new()
            }
        }
    }

    /// The keys and values of an object.
    pub(crate) fn map<'n>(&mut self, at: &At<'n>) -> Option<&'n [Entry<'n>]> {
        match &at.node.kind {
            Kind::Map(entries) => Some(entries),
            _ => {
                self.wrong_type(at, "an object");
                None
            }
        }
    }

    /// The keys of an object that users may choose, and the places of their values.
    pub(crate) fn pairs<'n, 'a>(
        &mut self,
        at: &'a At<'n>,
    ) -> impl ExactSizeIterator<Item = (&'n Entry<'n>, At<'n>)> + use<'n, 'a> {
        let entries = self.map(at).unwrap_or_default();
        entries.iter().map(|entry| (entry, at.child(&entry.value, &entry.key.name)))
    }

    /// Free data.
    pub(crate) fn data(node: &Node<'_>) -> Data {
        match &node.kind {
            Kind::Null => Data::Null,
            Kind::Bool(value) => Data::Bool(*value),
            Kind::Number(text) => Data::Number(text.to_string()),
            Kind::Text(text, _) => Data::Text(text.to_string()),
            Kind::List(items) => Data::List(items.iter().map(Context::data).collect()),
            Kind::Map(entries) => {
                Data::Map(entries.iter().map(|e| (e.key.name.to_string(), Context::data(&e.value))).collect())
            }
        }
    }
}

fn wrong_type(at: &At<'_>, expected: &str) -> Diagnostic {
    let message = format!("{} takes {expected}, found {}", at.name(), at.node.describe());
    Diagnostic::error(Code::WrongType, at.span(), message).label(format!("expected {expected}"))
}

/// A word that a field doesn't know.
pub(crate) fn unknown_word(
    at: &At<'_>,
    text: &str,
    words: impl Iterator<Item = &'static str> + Clone,
) -> Diagnostic {
    let message = format!("{} does not know `{}`", at.name(), shorten(text));
    let diagnostic = Diagnostic::error(Code::UnknownWord, at.span(), message);
    let quote = match at.node.kind {
        Kind::Text(_, Style::Double) => "\"",
        Kind::Text(_, Style::Single) => "'",
        _ => "",
    };
    match suggest(text, words.clone()) {
        Some(near) => diagnostic.did_you_mean(near, quote),
        None => {
            let words: Vec<_> = words.filter(|word| !word.is_empty()).map(|w| format!("`{w}`")).collect();
            diagnostic.help(format!("one of {}", words.join(", ")))
        }
    }
}

/// A field that nothing acts upon yet.
pub(crate) fn no_effect_yet(at: &At<'_>) -> Diagnostic {
    Diagnostic::warning(Code::NoEffectYet, at.span(), format!("{} has no effect yet", at.name()))
}

/// A whole number, also one written as `1e3`, `60.0` or `0x1F`.
fn whole(text: &str) -> Option<i64> {
    if let Some(digits) = text.strip_prefix("0x") {
        return i64::from_str_radix(digits, 16).ok();
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return i64::from_str_radix(digits, 8).ok();
    }
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    // Beyond this, fractions of a whole have no place in a double.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let number: f64 = text.parse().ok()?;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

/// The first characters of a text, for a message.
pub(crate) fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_may_be_written_in_several_ways() {
        assert_eq!(whole("60"), Some(60));
        assert_eq!(whole("-3"), Some(-3));
        assert_eq!(whole("60.0"), Some(60));
        assert_eq!(whole("1e3"), Some(1000));
        assert_eq!(whole("0x10"), Some(16));
        assert_eq!(whole("0o17"), Some(15));
        for no in ["", "1.5", "1e300", ".inf", "x", "99999999999999999999"] {
            assert_eq!(whole(no), None, "{no}");
        }
    }
}
