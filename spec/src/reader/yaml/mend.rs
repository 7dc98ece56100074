//! What YAML allows and the parser does not: the text as it can read it, with every character in its place.

use std::borrow::Cow;
use std::ops::Range;

use saphyr_parser::Parser;

use super::super::limits;
use super::offsets::Offsets;
use super::quoted;
use crate::Span;

/// A text, and what the parser is given in its stead.
pub(super) struct Mended<'t> {
    text: &'t str,
    offsets: Offsets<'t>,
    seen: Cow<'t, str>,
    /// The texts in quotes of which the parser sees only how long they are, in order.
    folds: Vec<Range<usize>>,
    /// How many bytes may be read again.
    left: usize,
}

impl<'t> Mended<'t> {
    pub(super) fn new(text: &'t str) -> Mended<'t> {
        let (offsets, seen) = (Offsets::new(text), Cow::Borrowed(text));
        Mended { text, offsets, seen, folds: Vec::new(), left: limits::AGAIN }
    }

    /// What the parser is to read.
    pub(super) fn seen(&self) -> &str {
        &self.seen
    }

    /// The byte of a character that the parser counted.
    pub(super) fn byte(&self, character: usize) -> usize {
        self.offsets.byte(character)
    }

    /// The text in quotes that stands in a place, where the parser saw only its length.
    pub(super) fn folded(&self, span: Span) -> Option<Range<usize>> {
        let next = self.folds.partition_point(|fold| fold.start < span.start as usize);
        self.folds.get(next).filter(|fold| fold.end <= span.end as usize).cloned()
    }

    /// The text in quotes that ends in front of a place, where it has several lines: its quote may well be one that
    /// should open another text.
    pub(super) fn opened_before(&mut self, at: usize) -> Option<Range<usize>> {
        let end = self.text[..at].trim_end_matches(is_blank).len();
        let last = self.text[..end].strip_suffix(['"', '\''])?.len();
        let (_, start) = self.cut(last).filter(|(info, start)| is_open(info) && *start < last)?;
        self.text[start..last].contains(is_break).then_some(start..end)
    }

    /// Mends what the parser says of a place, if that is possible; it then has to read again.
    pub(super) fn mend(&mut self, info: &str, at: usize) -> bool {
        if self.left < self.text.len() {
            return false;
        }
        let mended = if info.contains("':' must be followed") {
            self.space(at)
        } else if info.contains("indentation in quoted scalar") {
            self.fold(at)
        } else if info.contains("tab cannot be used") {
            self.cut(at).is_some_and(|(info, start)| is_open(&info) && self.fold(start))
        } else if info.contains("invalid indentation") {
            self.join(at)
        } else if info.contains("tabs disallowed within") {
            // Between lines without brackets, nothing would be amiss if the file ended there.
            let in_brackets =
                |(info, _): (String, usize)| info.contains("flow") || info.contains("node content");
            self.cut(at).is_some_and(in_brackets) && self.join(at)
        } else {
            false
        };
        if mended {
            self.left = self.left.saturating_sub(self.text.len());
        }
        mended
    }

    /// Puts spaces for the tabs between a colon and its value: YAML allows them, and the parser does not before a
    /// letter.
    fn space(&mut self, at: usize) -> bool {
        let start = self.seen[..at].trim_end_matches(is_blank).len();
        // Where the tab is not between the two, another reading would end as this one did.
        let is_between = self.seen[..start].ends_with(':') && self.seen[start..at].contains('\t');
        if is_between {
            self.put(start..at, ' ');
        }
        is_between
    }

    /// Hides the lines of a text in quotes, which YAML wants indented and all its readers but the parser take as
    /// they are.
    fn fold(&mut self, start: usize) -> bool {
        let Some(end) = quoted::end(self.text, start) else { return false };
        // A name stands in one line.
        let is_name = self.text[end..].trim_start_matches(is_blank).starts_with(':');
        let content = start + 1..end - 1;
        if is_name || !self.text[content.clone()].contains(is_break) {
            return false;
        }
        self.put(content, 'x');
        self.folds.push(start..end);
        true
    }

    /// Joins lines in brackets, which YAML wants indented too.
    fn join(&mut self, at: usize) -> bool {
        let start = self.gap_before(at);
        let gap = &self.seen[start..at];
        // A name stands in one line; and nothing can be put for characters of more than one byte.
        let mended = gap.contains(is_break) && gap.is_ascii() && !self.seen[at..].starts_with(':');
        if mended {
            self.put(start..at, ' ');
        }
        mended
    }

    /// Where the space and the comments in front of a place begin.
    fn gap_before(&mut self, at: usize) -> usize {
        let mut start = at;
        loop {
            start = self.seen[..start].trim_end().len();
            let line = self.seen[..start].rfind(is_break).map_or(0, |end| end + 1);
            let marks: Vec<_> = self.seen[line..start].match_indices('#').map(|(at, _)| line + at).collect();
            match marks.into_iter().find(|mark| self.is_comment(*mark)) {
                Some(comment) => start = comment,
                None => return start,
            }
        }
    }

    /// Whether a `#` begins a comment.
    fn is_comment(&mut self, at: usize) -> bool {
        let is_first = self.seen[..at].chars().next_back().is_none_or(|c| is_blank(c) || is_break(c));
        is_first && self.cut(at).is_some_and(|(info, _)| !is_open(&info))
    }

    /// What the parser says of the text up to a place, and of where: it tells what is open there.
    fn cut(&mut self, at: usize) -> Option<(String, usize)> {
        self.left = self.left.checked_sub(at)?;
        let fault = Parser::new_from_str(&self.seen[..at]).find_map(Result::err)?;
        Some((fault.info().to_owned(), self.byte(fault.marker().index())))
    }

    /// Puts a filler for each character of one byte in a range. Those of more bytes stay, and with them all places.
    fn put(&mut self, range: Range<usize>, filler: char) {
        let filled = self.seen[range.clone()]
            .chars()
            .map(|c| if c.is_ascii() { filler } else { c })
            .collect::<String>();
        self.seen.to_mut().replace_range(range, &filled);
    }
}

/// Whether the parser says that a text in quotes has no end.
fn is_open(info: &str) -> bool {
    info.contains("quoted scalar, found unexpected end")
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r')
}
