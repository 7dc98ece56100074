//! Patterns of paths, as job files write them.

use std::fmt::{self, Write as _};

use super::Fault;
use crate::decode::shorten;
use crate::model::{RoutePattern, RouteSegment};

/// The longest pattern, in bytes. Servers refuse longer paths.
const LONGEST: usize = 1_024;
/// The most segments of a pattern.
const MOST: usize = 64;
/// The longest name of a parameter.
const LONGEST_NAME: usize = 64;

/// Reads a pattern of paths.
pub(crate) fn route(text: &str) -> Result<RoutePattern, Fault> {
    let all = 0..text.len();
    if text.len() > LONGEST {
        return Err(Fault::new(all, format!("a route has at most {LONGEST} bytes")));
    }
    if text.contains("://") {
        return Err(Fault::new(all, "a route is a path, without a scheme and a host"));
    }
    let Some(path) = text.strip_prefix('/') else {
        return Err(Fault::new(all, "a route starts with `/`"));
    };
    let mut segments: Vec<RouteSegment> = Vec::new();
    let mut start = 1;
    for (index, part) in path.split('/').enumerate() {
        let range = start..start + part.len();
        start = range.end + 1;
        let last = range.end == text.len();
        if index == MOST {
            return Err(Fault::new(range, format!("a route has at most {MOST} segments")));
        }
        let segment = segment(part).map_err(|fault| fault.moved(range.start))?;
        match &segment {
            RouteSegment::Literal(text) if text.is_empty() && !last => {
                return Err(Fault::new(range.start - 1..range.end + 1, "nothing stands between two `/`"));
            }
            RouteSegment::Rest(name) if !last => {
                let message = format!("nothing follows `{{{name}...}}`, which takes all that is left");
                return Err(Fault::new(range, message));
            }
            RouteSegment::Name(name) | RouteSegment::Rest(name)
                if segments.iter().any(|earlier| earlier.name() == Some(name)) =>
            {
                return Err(Fault::new(range, format!("two parameters are called `{name}`")));
            }
            _ => {}
        }
        segments.push(segment);
    }
    Ok(RoutePattern::of(segments))
}

impl RouteSegment {
    fn name(&self) -> Option<&String> {
        match self {
            RouteSegment::Literal(_) => None,
            RouteSegment::Name(name) | RouteSegment::Rest(name) => Some(name),
        }
    }
}

fn segment(part: &str) -> Result<RouteSegment, Fault> {
    let inner = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    if let Some(inner) = inner.filter(|inner| !inner.contains(['{', '}'])) {
        return parameter(inner).map_err(|fault| fault.moved(1));
    }
    if let Some(brace) = part.find(['{', '}']) {
        let message = "`{name}` stands alone between two `/`; a brace itself is written `%7B` or `%7D`";
        return Err(Fault::new(brace..brace + 1, message));
    }
    if let Some(meant) = other_words(part) {
        let message = format!("`{}` is no parameter here: write `{meant}`", shorten(part));
        return Err(Fault::new(0..part.len(), message));
    }
    literal(part)
}

/// What a segment means to other routers, in the words of this one.
fn other_words(part: &str) -> Option<String> {
    let name = |text: &str| text.trim_matches(['<', '>', ':', '*', '?', '+']).to_owned();
    let named = |text: &str| Some(name(text)).filter(|name| is_name(name));
    match part.chars().next()? {
        ':' | '<' => Some(format!("{{{}}}", named(part).unwrap_or_else(|| "name".to_owned()))),
        '*' => Some(format!("{{{}...}}", named(part).unwrap_or_else(|| "rest".to_owned()))),
        '.' if part == "..." => Some("{rest...}".to_owned()),
        _ => None,
    }
}

/// What stands within braces.
fn parameter(inner: &str) -> Result<RouteSegment, Fault> {
    let name = inner.strip_suffix("...").unwrap_or(inner);
    let all = 0..inner.len();
    if let Some(bare) = name.strip_prefix('*').filter(|bare| is_name(bare)) {
        return Err(Fault::new(all, format!("what takes the rest of a path is written `{{{bare}...}}`")));
    }
    if name.is_empty() {
        return Err(Fault::new(all, "the parameter has no name"));
    }
    if name.len() > LONGEST_NAME {
        return Err(Fault::new(
            all,
            format!("the name of a parameter has at most {LONGEST_NAME} characters"),
        ));
    }
    if !is_name(name) {
        let message = "the name of a parameter has letters, digits and `_`, and starts with no digit";
        return Err(Fault::new(0..name.len(), message));
    }
    Ok(match name.len() == inner.len() {
        true => RouteSegment::Name(name.to_owned()),
        false => RouteSegment::Rest(name.to_owned()),
    })
}

fn is_name(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.starts_with(|first: char| first.is_ascii_digit()) && !text.is_empty() && text.bytes().all(known)
}

fn literal(part: &str) -> Result<RouteSegment, Fault> {
    for (at, c) in part.char_indices() {
        let place = at..at + c.len_utf8();
        let escape = part.as_bytes().get(at + 1..at + 3);
        match c {
            '?' | '#' => return Err(Fault::new(at..part.len(), format!("a route ends before the `{c}`"))),
            ',' => {
                return Err(Fault::new(
                    place,
                    "a comma stands between two routes; in one it is written `%2C`",
                ));
            }
            '%' if !escape.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) => {
                return Err(Fault::new(
                    place,
                    "two hexadecimal digits follow a `%`; itself it is written `%25`",
                ));
            }
            c if is_space(c) => {
                let message = "a route has no space and no control characters; encode them as `%20`";
                return Err(Fault::new(place, message));
            }
            _ => {}
        }
    }
    let Ok(text) = String::from_utf8(decoded(part).collect()) else {
        return Err(Fault::new(0..part.len(), "what is encoded with `%` is not UTF-8"));
    };
    if matches!(text.as_str(), "." | "..") {
        return Err(Fault::new(0..part.len(), "clients resolve `.` and `..`: no request has them"));
    }
    Ok(RouteSegment::Literal(text))
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// The bytes that a part of a path stands for. A `%` without two digits behind it stands for itself.
pub(crate) fn decoded(part: &str) -> impl Iterator<Item = u8> {
    let mut left = part.as_bytes();
    std::iter::from_fn(move || {
        let (byte, after) = match left {
            [b'%', high, low, after @ ..] if hex(*high).is_some() && hex(*low).is_some() => {
                (hex(*high)? << 4 | hex(*low)?, after)
            }
            [byte, after @ ..] => (*byte, after),
            [] => return None,
        };
        left = after;
        Some(byte)
    })
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Writes a literal part so that reading it gives the same again.
pub(crate) fn write_route_literal(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (at, c) in text.char_indices() {
        let first = at == 0 && other_words(text).is_some();
        if first || is_space(c) || matches!(c, '/' | '%' | '{' | '}' | ',' | '?' | '#') {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().try_for_each(|byte| write!(f, "%{byte:02X}"))?;
        } else {
            f.write_char(c)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_written_as_they_are_read() {
        for (text, written) in [
            ("/", "/"),
            ("/a/", "/a/"),
            ("/users/{id}/posts/{post_2}", "/users/{id}/posts/{post_2}"),
            ("/{rest...}", "/{rest...}"),
            ("/caf%C3%A9", "/café"),
            ("/a%2fb%2Cc%20d", "/a%2Fb%2Cc%20d"),
            ("/%7Bx%7D", "/%7Bx%7D"),
            ("/%3Aid", "/%3Aid"),
            ("/v1/items:batch", "/v1/items:batch"),
            ("/%2e%2e%2e", "/%2E.."),
            ("/a*b", "/a*b"),
        ] {
            let pattern = route(text).unwrap();
            assert_eq!(pattern.to_string(), written);
            assert_eq!(route(written).unwrap(), pattern);
        }
    }

    #[test]
    fn faults_are_where_they_are() {
        for (text, place, message) in [
            ("", 0..0, "a route starts with `/`"),
            ("users", 0..5, "a route starts with `/`"),
            ("https://a.com/x", 0..15, "a route is a path, without a scheme and a host"),
            ("/a//b", 2..4, "nothing stands between two `/`"),
            ("//", 0..2, "nothing stands between two `/`"),
            ("/{r...}/b", 1..7, "nothing follows `{r...}`, which takes all that is left"),
            ("/{r...}/", 1..7, "nothing follows `{r...}`, which takes all that is left"),
            ("/{x}/{y}/{x}", 9..12, "two parameters are called `x`"),
            ("/{}", 2..2, "the parameter has no name"),
            ("/{...}", 2..5, "the parameter has no name"),
            ("/{*rest}", 2..7, "what takes the rest of a path is written `{rest...}`"),
            ("/{7up}", 2..5, "the name of a parameter has letters, digits and `_`, and starts with no digit"),
            (
                "/{a-b...}",
                2..5,
                "the name of a parameter has letters, digits and `_`, and starts with no digit",
            ),
            (
                "/a/x{id}.json",
                4..5,
                "`{name}` stands alone between two `/`; a brace itself is written `%7B` or `%7D`",
            ),
            (
                "/{a}{b}",
                1..2,
                "`{name}` stands alone between two `/`; a brace itself is written `%7B` or `%7D`",
            ),
            ("/a/:id", 3..6, "`:id` is no parameter here: write `{id}`"),
            ("/a/<id>", 3..7, "`<id>` is no parameter here: write `{id}`"),
            ("/a/*", 3..4, "`*` is no parameter here: write `{rest...}`"),
            ("/*all", 1..5, "`*all` is no parameter here: write `{all...}`"),
            ("/a/...", 3..6, "`...` is no parameter here: write `{rest...}`"),
            ("/a?b=c", 2..6, "a route ends before the `?`"),
            ("/a#b", 2..4, "a route ends before the `#`"),
            ("/50%", 3..4, "two hexadecimal digits follow a `%`; itself it is written `%25`"),
            ("/a/%FF", 3..6, "what is encoded with `%` is not UTF-8"),
            ("/a/%2e%2E/b", 3..9, "clients resolve `.` and `..`: no request has them"),
            ("/a\u{a0}b", 2..4, "a route has no space and no control characters; encode them as `%20`"),
        ] {
            let fault = route(text).unwrap_err();
            assert_eq!((fault.range, fault.message.as_str()), (place, message), "{text}");
        }
    }

    #[test]
    fn routes_are_bounded() {
        assert!(route(&"/a".repeat(MOST)).is_ok());
        assert!(route(&"/a".repeat(MOST + 1)).is_err());
        assert!(route(&format!("/{}", "a".repeat(LONGEST))).is_err());
        assert!(route(&format!("/{{{}}}", "a".repeat(LONGEST_NAME + 1))).is_err());
    }
}
