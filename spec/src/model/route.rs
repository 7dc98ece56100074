//! Patterns of paths that a function answers.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use crate::units;

/// Which paths a function answers: `/`, `/users/{id}`, `/files/{rest...}`.
///
/// A path is taken apart at each `/`. A literal part is the same text, however a request encodes it: `/café` answers
/// `/caf%C3%A9`. `{name}` takes one part that is not empty. `{name...}` ends a pattern and takes all parts that are left,
/// also none: `/files/{rest...}` answers `/files`, `/files/` and `/files/a/b`. Without it a `/` at the end counts: `/a` and
/// `/a/` are two paths.
///
/// ```
/// use dayfly_spec::model::RoutePattern;
///
/// let user = RoutePattern::parse("/users/{id}")?;
/// assert_eq!(user.matches("/users/7"), Some(vec![("id", "7")]));
/// assert_eq!(user.matches("/users/"), None);
///
/// let files = RoutePattern::parse("/files/{rest...}")?;
/// assert_eq!(files.matches("/files/a/b"), Some(vec![("rest", "a/b")]));
/// assert_eq!(files.matches("/files"), Some(vec![("rest", "")]));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct RoutePattern {
    /// Never empty. [`RouteSegment::Rest`] is the last one alone, and no two have the same name.
    segments: Vec<RouteSegment>,
}

/// What stands between two `/` of a pattern.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum RouteSegment {
    /// This text, decoded. The last segment alone may be empty: of `/`, and of a pattern that ends in one.
    Literal(String),
    /// One part of a path, which is not empty, by this name.
    Name(String),
    /// All parts that are left, also none, by this name.
    Rest(String),
}

impl RouteSegment {
    /// What a part of a request's path stands for, with what is encoded in it decoded: a literal segment takes the part
    /// if this is its text.
    pub fn decode(part: &str) -> Cow<'_, [u8]> {
        match part.contains('%') {
            true => Cow::Owned(units::decoded(part).collect()),
            false => Cow::Borrowed(part.as_bytes()),
        }
    }
}

impl RoutePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<RoutePattern, String> {
        units::route(text).map_err(|fault| fault.message)
    }

    /// The pattern of every path.
    pub fn everything() -> RoutePattern {
        RoutePattern { segments: vec![RouteSegment::Rest("path".to_owned())] }
    }

    /// A pattern of segments that were checked.
    pub(crate) fn of(segments: Vec<RouteSegment>) -> RoutePattern {
        RoutePattern { segments }
    }

    /// Its segments, from left to right.
    pub fn segments(&self) -> &[RouteSegment] {
        &self.segments
    }

    /// The names and values that a path gives, if the pattern is one of it. A path starts with `/` and has no query;
    /// values are as they stand in it, encoded.
    pub fn matches<'p>(&'p self, path: &'p str) -> Option<Vec<(&'p str, &'p str)>> {
        let mut left = Some(path.strip_prefix('/')?);
        let mut found = Vec::new();
        for segment in &self.segments {
            if let RouteSegment::Rest(name) = segment {
                found.push((name.as_str(), left.unwrap_or_default()));
                return Some(found);
            }
            let (part, after) = match left?.split_once('/') {
                Some((part, after)) => (part, Some(after)),
                None => (left?, None),
            };
            match segment {
                RouteSegment::Name(name) if !part.is_empty() => found.push((name.as_str(), part)),
                RouteSegment::Literal(text) if *RouteSegment::decode(part) == *text.as_bytes() => {}
                _ => return None,
            }
            left = after;
        }
        left.is_none().then_some(found)
    }

    /// Which of two patterns is the more specific one: the greater. Where both match a path, the greater one has it.
    ///
    /// Segments are compared from left to right: a literal comes before a name, a name before the rest, and a pattern
    /// that ends before one that goes on with the rest.
    pub fn specificity(&self, other: &RoutePattern) -> Ordering {
        other.ranks().cmp(self.ranks())
    }

    /// Whether no path tells the two apart: they match the same paths.
    pub fn conflicts_with(&self, other: &RoutePattern) -> bool {
        self.shape() == other.shape()
    }

    /// The same for patterns that match the same paths, and for these alone.
    pub(crate) fn shape(&self) -> Vec<(u8, &str)> {
        let shape = self.segments.iter().map(|segment| match segment {
            RouteSegment::Literal(text) => (rank(Some(segment)), text.as_str()),
            RouteSegment::Name(_) | RouteSegment::Rest(_) => (rank(Some(segment)), ""),
        });
        shape.collect()
    }

    fn ranks(&self) -> impl Iterator<Item = u8> {
        self.segments.iter().map(Some).chain([None]).map(rank)
    }
}

/// Less for what is more specific; without a segment, the end of a pattern.
fn rank(segment: Option<&RouteSegment>) -> u8 {
    match segment {
        Some(RouteSegment::Literal(_)) => 0,
        Some(RouteSegment::Name(_)) => 1,
        None => 2,
        Some(RouteSegment::Rest(_)) => 3,
    }
}

impl fmt::Display for RoutePattern {
    /// As it is written in a job file; what is read from that is the same pattern.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            f.write_str("/")?;
            match segment {
                RouteSegment::Literal(text) => units::write_route_literal(text, f)?,
                RouteSegment::Name(name) => write!(f, "{{{name}}}")?,
                RouteSegment::Rest(name) => write!(f, "{{{name}...}}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(text: &str) -> RoutePattern {
        RoutePattern::parse(text).unwrap()
    }

    #[test]
    fn paths_are_matched_part_by_part() {
        for (pattern, path, found) in [
            ("/", "/", Some(vec![])),
            ("/", "/a", None),
            ("/", "", None),
            ("/", "*", None),
            ("/a", "/a", Some(vec![])),
            ("/a", "/a/", None),
            ("/a/", "/a/", Some(vec![])),
            ("/a/", "/a", None),
            ("/a", "/A", None),
            ("/café", "/caf%C3%A9", Some(vec![])),
            ("/caf%c3%a9", "/caf%C3%A9", Some(vec![])),
            ("/a%2Fb", "/a%2fb", Some(vec![])),
            ("/a%2Fb", "/a/b", None),
            ("/100%25", "/100%", Some(vec![])),
            ("/{x}", "/", None),
            ("/{x}", "/a%20b", Some(vec![("x", "a%20b")])),
            ("/{x}/{y}", "/1/2", Some(vec![("x", "1"), ("y", "2")])),
            ("/{x}/{y}", "/1//", None),
            ("/{x}/", "/1/", Some(vec![("x", "1")])),
            ("/{all...}", "/", Some(vec![("all", "")])),
            ("/{all...}", "/a//b/", Some(vec![("all", "a//b/")])),
            ("/{all...}", "a", None),
            ("/a/{rest...}", "/a", Some(vec![("rest", "")])),
            ("/a/{rest...}", "/a/", Some(vec![("rest", "")])),
            ("/a/{rest...}", "/ab", None),
            ("/a/{x}/{rest...}", "/a", None),
            ("/a/{x}/{rest...}", "/a/b", Some(vec![("x", "b"), ("rest", "")])),
        ] {
            assert_eq!(route(pattern).matches(path), found, "{pattern} {path}");
        }
        assert_eq!(RoutePattern::everything().matches("/any/thing"), Some(vec![("path", "any/thing")]));
    }

    #[test]
    fn the_more_specific_pattern_is_the_greater() {
        let sorted = ["/{rest...}", "/{x}/{rest...}", "/{x}", "/a/{rest...}", "/a", "/a/{x}/c", "/a/b/{x}"];
        for (index, less) in sorted.iter().enumerate() {
            for more in &sorted[index + 1..] {
                let (less, more) = (route(less), route(more));
                assert_eq!(less.specificity(&more), Ordering::Less, "{less} {more}");
                assert_eq!(more.specificity(&less), Ordering::Greater, "{less} {more}");
                assert!(!less.conflicts_with(&more), "{less} {more}");
            }
        }
    }

    #[test]
    fn patterns_of_the_same_paths_conflict() {
        for (one, other, conflict) in [
            ("/{x}", "/{y}", true),
            ("/{x...}", "/{y...}", true),
            ("/é", "/%C3%A9", true),
            ("/a", "/b", false),
            ("/a", "/a/", false),
            ("/{x}", "/{x...}", false),
        ] {
            assert_eq!(route(one).conflicts_with(&route(other)), conflict, "{one} {other}");
        }
    }
}
