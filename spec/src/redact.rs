//! Job files that may be shown: without the secrets that were found in them.

use std::borrow::Cow;

use crate::{Code, Diagnostic, Source};

impl Source {
    /// The same text with stars in the place of the secrets that were found in it (W0314). Lines, columns and spans
    /// stay as they are, so that findings can be shown in it.
    ///
    /// ```
    /// use dayfly_spec::{Options, Source, read};
    ///
    /// let text = "Name: a\nTasks: [{Name: a, Engine: {Type: noop}, Env: {DB_PASSWORD: hunter2}}]\n";
    /// let source = Source::new("job.yaml", text);
    /// let findings = read(&source, &Options::default()).diagnostics;
    /// assert!(source.without_secrets(&findings).text().contains("DB_PASSWORD: *******}"));
    /// ```
    pub fn without_secrets(&self, findings: &[Diagnostic]) -> Cow<'_, Source> {
        let mut secrets = findings.iter().filter(|finding| finding.code == Code::PlainSecret).peekable();
        if secrets.peek().is_none() {
            return Cow::Borrowed(self);
        }
        let mut text = self.text().to_owned();
        for secret in secrets {
            let range = secret.span.start as usize..secret.span.end as usize;
            if let Some(stars) = text.get(range.clone()).map(stars) {
                text.replace_range(range, &stars);
            }
        }
        Cow::Owned(Source::rendered(self.name(), text))
    }
}

/// As many characters, of as many bytes each.
fn stars(secret: &str) -> String {
    let star = |character: char| match (character, character.len_utf8()) {
        ('\n' | '\r', _) => character,
        (_, 1) => '*',
        (_, 2) => '\u{b7}',
        (_, 3) => '\u{2022}',
        _ => '\u{1f784}',
    };
    secret.chars().map(star).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_take_the_same_place() {
        for text in ["hunter2", "pässwörd", "名前\nx", "👩‍🔬"] {
            let stars = stars(text);
            assert_eq!(stars.len(), text.len(), "{stars}");
            assert_eq!(stars.chars().count(), text.chars().count(), "{stars}");
            assert!(text.chars().zip(stars.chars()).all(|(one, other)| one != other || one == '\n'));
        }
    }
}
