//! The place of a part of a text.

use std::ops::Range;

use super::{Kind, Node, Style};
use crate::Span;

/// The place of `range` (bytes of a node's text) in the file; the whole node where it can't be told.
pub(crate) fn subspan(file: &str, node: &Node<'_>, range: Range<usize>) -> Span {
    let whole = node.span;
    let (value, style) = match &node.kind {
        Kind::Text(value, style) => (value.as_ref(), *style),
        Kind::Number(value) => (value.as_ref(), Style::Plain),
        _ => return whole,
    };
    let Some(written) = file.get(whole.start as usize..whole.end as usize) else { return whole };
    let skip = match style {
        Style::Plain => 0,
        Style::Single | Style::Double => 1,
        // The parser places a block at its first line of text, unless an anchor stands before it.
        Style::Block if written.starts_with(['|', '>']) && !value.starts_with(['|', '>']) => {
            written.find('\n').map_or(0, |end| end + 1)
        }
        Style::Block => 0,
    };
    let (Some(value), Some(written)) = (value.get(..range.end), written.get(skip..)) else { return whole };
    match align(value, written, style, range.start) {
        Some(found) => {
            let base = whole.start as usize + skip;
            Span::new(base + found.start, base + found.end)
        }
        None => whole,
    }
}

/// Walks a text and what was written for it side by side; gives the written range of `value[from..]`.
///
/// Indentation, folded lines and trimmed space are stepped over, so that one walk serves every style.
fn align(value: &str, written: &str, style: Style, from: usize) -> Option<Range<usize>> {
    let mut rest = written;
    let mut start = None;
    for (at, wanted) in value.char_indices() {
        let (begin, length) = loop {
            let here = written.len() - rest.len();
            match rest.chars().next() {
                Some('\\') if style == Style::Double => {
                    let length = escape_length(rest);
                    // An escaped line end stands for nothing.
                    if rest[1..].starts_with(['\n', '\r']) {
                        rest = rest[1..].trim_start();
                        continue;
                    }
                    break (here, length);
                }
                Some('\'') if style == Style::Single && wanted == '\'' => break (here, 2),
                Some(found) if found == wanted => break (here, found.len_utf8()),
                Some(found) if found.is_whitespace() => rest = &rest[found.len_utf8()..],
                // A folded line end has become a space.
                _ if wanted.is_whitespace() => break (here, 0),
                _ => return None,
            }
        };
        rest = rest.get(begin + length - (written.len() - rest.len())..)?;
        if at >= from && start.is_none() {
            start = Some(begin);
        }
    }
    let end = written.len() - rest.len();
    Some(start.unwrap_or(end)..end)
}

/// How many bytes an escape takes. A surrogate pair counts as one.
fn escape_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let length = match bytes.get(1) {
        Some(b'x') => 4,
        Some(b'u') if bytes.get(2..4).is_some_and(is_high_surrogate) => 12,
        Some(b'u') => 6,
        Some(b'U') => 10,
        _ => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
    };
    length.min(rest.len())
}

fn is_high_surrogate(digits: &[u8]) -> bool {
    matches!(digits, [b'd' | b'D', b'8' | b'9' | b'a' | b'A' | b'b' | b'B'])
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn part(file: &str, style: Style, value: &str, wanted: &str) -> String {
        let node = Node { span: Span::new(0, file.len()), kind: Kind::Text(Cow::Borrowed(value), style) };
        let at = value.find(wanted).unwrap();
        let span = subspan(file, &node, at..at + wanted.len());
        file[span.start as usize..span.end as usize].to_owned()
    }

    #[test]
    fn parts_are_found_in_every_style() {
        assert_eq!(part("512Mx", Style::Plain, "512Mx", "Mx"), "Mx");
        assert_eq!(part("'a''b 5Q'", Style::Single, "a'b 5Q", "Q"), "Q");
        assert_eq!(part(r#""a\n\u00e9Q""#, Style::Double, "a\néQ", "Q"), "Q");
        assert_eq!(part(r#""a\ud83d\ude00Q""#, Style::Double, "a😀Q", "Q"), "Q");
        assert_eq!(part("|-\n    one\n    two!\n", Style::Block, "one\ntwo!", "wo!"), "wo!");
        assert_eq!(part("one\n  two\n\n  three\n", Style::Block, "one two\nthree\n", "three"), "three");
        assert_eq!(part("one\n   two", Style::Plain, "one two", "two"), "two");
    }

    #[test]
    fn what_cannot_be_told_is_the_whole_node() {
        assert_eq!(part("abc", Style::Plain, "xyz", "y"), "abc");
    }
}
