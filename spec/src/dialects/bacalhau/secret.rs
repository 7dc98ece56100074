//! Secrets in plain text.

use std::ops::Range;

use crate::decode::{At, Context};
use crate::{Code, Diagnostic};

/// The last words of a name that make what it names a secret.
const SECRET_NAMES: &[&[&str]] = &[
    &["PASSWORD"],
    &["PASSWD"],
    &["PASSPHRASE"],
    &["SECRET"],
    &["TOKEN"],
    &["CREDENTIAL"],
    &["CREDENTIALS"],
    &["APIKEY"],
    &["API", "KEY"],
    &["ACCESS", "KEY"],
    &["SECRET", "KEY"],
    &["PRIVATE", "KEY"],
    &["ENCRYPTION", "KEY"],
    &["AUTHORIZATION"],
    &["COOKIE"],
];

/// How keys begin that well-known services give out, whatever they are called in a job.
const SECRET_STARTS: &[&str] =
    &["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "hf_", "sk-"];

/// Shorter texts with such a start are words.
const SHORTEST_KEY: usize = 20;

/// A text that may be a secret: a part of the one at `at`.
pub(super) struct Suspect<'a, 'n> {
    pub(super) value: &'a str,
    pub(super) range: Range<usize>,
    pub(super) at: &'a At<'n>,
    /// Whether `env:NAME` could stand in its place.
    pub(super) replaceable: bool,
}

impl Suspect<'_, '_> {
    /// Warns if it is a secret by its name or its looks.
    pub(super) fn check_named(&self, name: &str, context: &mut Context<'_>) {
        if is_secret_name(name) && is_literal(self.value) {
            let message = format!("the value of `{name}` is a secret in plain text");
            self.warn(self.range.clone(), &message, context);
        } else {
            self.check(context);
        }
    }

    /// Warns if it is a secret by its looks.
    pub(super) fn check(&self, context: &mut Context<'_>) {
        if let Some(key) = key_in(self.value) {
            let range = self.range.start + key.start..self.range.start + key.end;
            self.warn(range, &format!("{} holds a secret in plain text", self.at.name()), context);
        }
    }

    fn warn(&self, range: Range<usize>, message: &str, context: &mut Context<'_>) {
        let span = context.part(self.at.node, range);
        let help = match self.replaceable {
            true => "write `env:NAME` in its place, and run the job with --allow-env NAME",
            false => {
                "the `Env` of a task of the current form takes `env:NAME`, a variable of the host that \
                 --allow-env NAME allows"
            }
        };
        context.report(Diagnostic::warning(Code::PlainSecret, span, message).help(help));
    }
}

/// Warns if a text is a secret by its looks.
pub(super) fn check(value: &str, at: &At<'_>, context: &mut Context<'_>) {
    Suspect { value, range: 0..value.len(), at, replaceable: false }.check(context);
}

/// Whether what has this name is a secret: by its last words, in capitals, with `_` or `-`, or in camel case.
///
/// ```
/// assert!(dayfly_spec::is_secret_name("DB_PASSWORD"));
/// assert!(!dayfly_spec::is_secret_name("PASSWORD_RULES"));
/// ```
pub fn is_secret_name(name: &str) -> bool {
    let ends_with = |word: &str| {
        let end = name.len().checked_sub(word.len()).and_then(|start| name.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(word))
    };
    // Files have many names, and few of them end like a secret's.
    if !SECRET_NAMES.iter().filter_map(|end| end.last()).any(|last| ends_with(last)) {
        return false;
    }
    let words = words(name);
    SECRET_NAMES.iter().any(|end| {
        let tail = words.len().checked_sub(end.len()).and_then(|start| words.get(start..));
        tail.is_some_and(|tail| tail.iter().zip(*end).all(|(word, wanted)| word == wanted))
    })
}

fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars().take(200) {
        let hump = before.is_lowercase() && c.is_uppercase();
        if !c.is_alphanumeric() || hump {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_uppercase());
        }
        before = c;
    }
    words
}

/// Whether a text stands for itself, rather than for what somebody has yet to put in its place.
pub(super) fn is_literal(value: &str) -> bool {
    let placeholder =
        value.starts_with(['<', '$', '{', '[']) || value.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '.'));
    let word =
        ["true", "false", "none", "null", "yes", "no"].iter().any(|word| word.eq_ignore_ascii_case(value));
    !value.starts_with("env:") && !placeholder && !word
}

/// Where a text holds a key: a private key, one that a well-known service gives out, or a password in an address.
fn key_in(value: &str) -> Option<Range<usize>> {
    if let Some(start) = value.find("-----BEGIN ")
        && value[start..].find("PRIVATE KEY-----").is_some()
    {
        return Some(start..value.len());
    }
    if value.len() >= SHORTEST_KEY
        && SECRET_STARTS.iter().any(|start| value.starts_with(start))
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    {
        return Some(0..value.len());
    }
    let host = value.find("://")? + 3;
    let end = value[host..].find(['/', '?', '#']).map_or(value.len(), |end| host + end);
    let user = value[host..end].rfind('@')?;
    let password = value[host..host + user].find(':')? + 1;
    let range = host + password..host + user;
    (is_literal(&value[range.clone()]) && !range.is_empty()).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_of_a_name_make_it_a_secret() {
        for yes in [
            "AWS_SECRET_ACCESS_KEY",
            "SecretAccessKey",
            "DB_PASSWORD",
            "password",
            "GITHUB_TOKEN",
            "api-key",
            "openaiApiKey",
            "Authorization",
        ] {
            assert!(is_secret_name(yes), "{yes}");
        }
        for no in [
            "AWS_ACCESS_KEY_ID",
            "PASSWORD_FILE",
            "MAX_TOKENS",
            "KEY",
            "TOKENIZERS_PARALLELISM",
            "PUBLIC_KEY",
            "",
        ] {
            assert!(!is_secret_name(no), "{no}");
        }
    }

    #[test]
    fn what_stands_for_something_else_is_no_secret() {
        for no in [
            "env:TOKEN",
            "<your token>",
            "$TOKEN",
            "${TOKEN}",
            "{{.token}}",
            "true",
            "None",
            "",
            "***",
            "xxxx",
        ] {
            assert!(!is_literal(no), "{no}");
        }
        assert!(is_literal("hunter2"));
    }

    #[test]
    fn keys_are_known_by_their_looks() {
        assert_eq!(key_in("a -----BEGIN RSA PRIVATE KEY-----\nMII"), Some(2..37));
        assert_eq!(key_in("ghp_0123456789abcdefghij"), Some(0..24));
        assert_eq!(key_in("postgres://user:pass@db.example.com/x"), Some(16..20));
        for no in [
            "sk-learn",
            "hf_hub",
            "https://example.com/a@b:c",
            "https://user@host/",
            "-----BEGIN CERTIFICATE-----",
            "http://a:$P@b",
        ] {
            assert_eq!(key_in(no), None, "{no}");
        }
    }
}
