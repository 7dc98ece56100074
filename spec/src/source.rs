//! The text of a job file, with a name for messages.

use std::sync::OnceLock;

use crate::Span;

/// A job file's text and the name that messages call it by.
///
/// Any bytes can be held: text that isn't UTF-8 is kept up to its first fault, and [`crate::read()`] reports the
/// fault. A byte order mark at the start is dropped, so that columns are those that an editor shows; where it is one of
/// UTF-16, the text is what that stands for.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    /// Where the text stops being what the bytes say it is, and the name of that.
    fault: Option<(Span, &'static str)>,
    lines: OnceLock<Vec<u32>>,
}

/// A place as people count: from 1.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Location {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Source {
    /// A source of `name` (a path, or `-`) that holds `bytes`.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Source {
        let bytes = bytes.into();
        let ((mut text, fault), encoding) = match bytes.get(..2) {
            Some([0xff, 0xfe]) => (utf16(&bytes, u16::from_le_bytes), "UTF-16"),
            Some([0xfe, 0xff]) => (utf16(&bytes, u16::from_be_bytes), "UTF-16"),
            _ => (utf8(bytes), "UTF-8"),
        };
        let mut shift = 0;
        if text.starts_with('\u{feff}') {
            shift = '\u{feff}'.len_utf8();
            text.drain(..shift);
        }
        let fault = fault.map(|at: usize| (Span::new(at.saturating_sub(shift), text.len()), encoding));
        Source { name: name.into(), text, fault, lines: OnceLock::new() }
    }

    /// What was rendered from the source of this name: it is text, and no mark is dropped from it.
    pub(crate) fn rendered(name: &str, text: String) -> Source {
        Source { name: name.to_owned(), text, fault: None, lines: OnceLock::new() }
    }

    /// The name that messages call it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text, without a byte order mark. Spans count its bytes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the text stops being UTF-8, or the UTF-16 that its mark says it is.
    pub(crate) fn fault(&self) -> Option<(Span, &'static str)> {
        self.fault
    }

    /// The line and column of a byte of the text; places past its end are at its end.
    pub fn location(&self, offset: u32) -> Location {
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0) as usize;
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let column = self.text.get(start..end).map_or(0, |before| before.chars().count()) + 1;
        Location { line, column }
    }

    /// The text of a line, counted from 1, without its end; empty where there is no such line.
    pub fn line(&self, line: usize) -> &str {
        let starts = self.line_starts();
        let Some(&start) = line.checked_sub(1).and_then(|index| starts.get(index)) else { return "" };
        let end = starts.get(line).map_or(self.text.len(), |&next| next as usize);
        self.text.get(start as usize..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// The text that a span covers; empty where the span isn't of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The whole of the lines that a span is in.
    pub(crate) fn lines_of(&self, span: Span) -> Span {
        let starts = self.line_starts();
        let first = starts.partition_point(|&start| start <= span.start).max(1);
        let next = starts.partition_point(|&start| start < span.end).max(first);
        let end = starts.get(next).copied().unwrap_or(span.end.max(Span::new(0, self.text.len()).end));
        Span { start: starts.get(first - 1).copied().unwrap_or(0), end }
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            let after = ends.map(|(index, _)| u32::try_from(index + 1).unwrap_or(u32::MAX));
            std::iter::once(0).chain(after).collect()
        })
    }
}

/// Bytes as UTF-8, and where they stop being that: there the text ends with one replacement character, so that the place
/// can be shown.
fn utf8(bytes: Vec<u8>) -> (String, Option<usize>) {
    let error = match String::from_utf8(bytes) {
        Ok(text) => return (text, None),
        Err(error) => error,
    };
    let valid = error.utf8_error().valid_up_to();
    let bad = error.utf8_error().error_len().unwrap_or(error.as_bytes().len() - valid);
    let mut text = String::from_utf8_lossy(&error.as_bytes()[..valid + bad]).into_owned();
    text.truncate(valid + char::REPLACEMENT_CHARACTER.len_utf8());
    (text, Some(valid))
}

/// The same of UTF-16, which shells of Windows write.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, Option<usize>) {
    let pairs = bytes.chunks_exact(2);
    let is_odd = !pairs.remainder().is_empty();
    let mut text = String::with_capacity(bytes.len() / 2);
    for character in char::decode_utf16(pairs.map(|pair| unit([pair[0], pair[1]]))) {
        let Ok(character) = character else {
            text.push(char::REPLACEMENT_CHARACTER);
            let valid = text.len() - char::REPLACEMENT_CHARACTER.len_utf8();
            return (text, Some(valid));
        };
        text.push(character);
    }
    let valid = text.len();
    if is_odd {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    (text, is_odd.then_some(valid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let source = Source::new("job.yaml", "a\nbö→c\r\n\nlast");
        assert_eq!(source.location(0), Location { line: 1, column: 1 });
        assert_eq!(source.location(3), Location { line: 2, column: 2 });
        assert_eq!(source.location(8), Location { line: 2, column: 4 });
        assert_eq!(source.location(999), Location { line: 4, column: 5 });
        assert_eq!(source.line(2), "bö→c");
        assert_eq!(source.line(4), "last");
        assert_eq!(source.line(0), "");
        assert_eq!(source.line(5), "");
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_text() {
        let source = Source::new("job.yaml", "\u{feff}Name: x");
        assert_eq!(source.text(), "Name: x");
        assert_eq!(source.location(0), Location { line: 1, column: 1 });
    }

    #[test]
    fn utf16_is_known_by_its_mark() {
        let bytes = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(bytes).collect()
        };
        let text = "\u{feff}Näme: →😀\r\nb";
        for encoded in [bytes(text, u16::to_le_bytes), bytes(text, u16::to_be_bytes)] {
            let source = Source::new("job.yaml", encoded.clone());
            assert_eq!((source.text(), source.fault()), ("Näme: →😀\r\nb", None));
            assert_eq!(source.location(16), Location { line: 2, column: 1 });
            // Half of a unit at the end.
            let source = Source::new("job.yaml", [encoded, vec![b'x']].concat());
            assert_eq!(source.fault(), Some((Span::new(17, 20), "UTF-16")));
            assert_eq!(source.line(2), "b\u{fffd}");
        }
        let half = bytes("\u{feff}a", u16::to_le_bytes);
        let source = Source::new("x", [half, vec![0x00, 0xd8, b'b', 0]].concat());
        assert_eq!((source.text(), source.fault()), ("a\u{fffd}", Some((Span::new(1, 4), "UTF-16"))));
        assert_eq!(Source::new("x", b"\xff\xfe".to_vec()).text(), "");
    }

    #[test]
    fn text_that_is_not_utf8_is_kept_up_to_its_fault() {
        let source = Source::new("job.yaml", b"ok\nb\xff rest".to_vec());
        let (fault, encoding) = source.fault().unwrap();
        assert_eq!(encoding, "UTF-8");
        assert_eq!(source.location(fault.start), Location { line: 2, column: 2 });
        assert_eq!(source.line(2), "b\u{fffd}");
        assert_eq!(Source::new("x", b"a\xe2\x82".to_vec()).fault(), Some((Span::new(1, 4), "UTF-8")));
    }
}
