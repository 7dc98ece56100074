//! Patterns of paths: `/`, `/users/{id}`, `/files/{path...}`.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

/// The longest pattern, in bytes.
const LONGEST: usize = 1024;

/// A pattern of paths.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Pattern {
    text: Box<str>,
    /// What stands between slashes; the last one is empty where the pattern ends in a slash.
    pub(super) parts: Vec<Part>,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Part {
    /// The word itself.
    Word(Box<str>),
    /// One segment that is not empty.
    Name(Box<str>),
    /// All the rest, which may be empty.
    Rest(Box<str>),
}

/// A text that is no pattern of paths.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{pattern}` is no path of a route: {why}")]
pub struct PatternError {
    /// The text.
    pub pattern: String,
    /// What is wrong with it, and what would be right.
    pub why: &'static str,
}

impl Part {
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Word(_) => None,
            Self::Name(name) | Self::Rest(name) => Some(name),
        }
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        parts(text)
            .map(|parts| Self { text: text.into(), parts })
            .map_err(|why| PatternError { pattern: text.to_owned(), why })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn parts(text: &str) -> Result<Vec<Part>, &'static str> {
    if text.len() > LONGEST {
        return Err("it has more than 1024 bytes");
    }
    let path = text.strip_prefix('/').ok_or("it begins with a `/`")?;
    let parts = path.split('/').map(part).collect::<Result<Vec<_>, _>>()?;
    let rest = parts.iter().position(|part| matches!(part, Part::Rest(_)));
    if rest.is_some_and(|rest| rest + 1 < parts.len()) {
        return Err("nothing follows a `{rest...}`");
    }
    let mut names = HashSet::new();
    if !parts.iter().filter_map(Part::name).all(|name| names.insert(name)) {
        return Err("each name stands in it once");
    }
    Ok(parts)
}

fn part(text: &str) -> Result<Part, &'static str> {
    if let Some(name) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        let (name, rest) = name.strip_suffix("...").map_or((name, false), |name| (name, true));
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.is_empty() || !name.bytes().all(letter) || name.as_bytes()[0].is_ascii_digit() {
            return Err("a name has letters, digits and `_`, and does not begin with a digit");
        }
        return Ok(if rest { Part::Rest(name.into()) } else { Part::Name(name.into()) });
    }
    if text.contains(['{', '}']) {
        return Err("a `{name}` is all that stands between two slashes");
    }
    if text == "." || text == ".." {
        return Err("`.` and `..` stand for other paths");
    }
    if text.contains(['?', '#', '%', '\\']) || text.chars().any(|character| character.is_control()) {
        return Err("it is a path without a query, in which nothing is encoded");
    }
    Ok(Part::Word(text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read() {
        let parts = |text: &str| text.parse::<Pattern>().unwrap().parts;
        assert_eq!(parts("/"), [Part::Word("".into())]);
        assert_eq!(parts("/a/"), [Part::Word("a".into()), Part::Word("".into())]);
        assert_eq!(parts("/a/{b}/{c_1...}")[1..], [Part::Name("b".into()), Part::Rest("c_1".into())]);
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        let table = [
            ("", "begins with"),
            ("a", "begins with"),
            ("/{a...}/b", "nothing follows"),
            ("/{a...}/", "nothing follows"),
            ("/{a}/{a}", "once"),
            ("/{a}/{a...}", "once"),
            ("/{}", "letters"),
            ("/{1}", "letters"),
            ("/{a-b}", "letters"),
            ("/{...}", "letters"),
            ("/x{a}", "between two slashes"),
            ("/{a}{b}", "letters"),
            ("/a}", "between two slashes"),
            ("/a/../b", "other paths"),
            ("/a?b", "without a query"),
            ("/%61", "encoded"),
            ("/a\nb", "encoded"),
        ];
        for (text, why) in table {
            let error = text.parse::<Pattern>().unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
        assert!(format!("/{}", "a".repeat(LONGEST)).parse::<Pattern>().is_err());
    }
}
