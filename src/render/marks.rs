//! Places of a finding, underlined.

use std::ops::Range;

use dayfly::spec::{Source, Span};

use super::colour::{Colour, Style};
use super::line::{self, Window};
use crate::say::visible_line;

/// What a place is underlined with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mark {
    /// What is wrong.
    Main,
    /// What has a part in it.
    Other,
}

impl Mark {
    fn character(self) -> char {
        match self {
            Mark::Main => '^',
            Mark::Other => '-',
        }
    }
}

/// A place to underline.
#[derive(Debug)]
pub(super) struct Place {
    /// Its line, from 1.
    pub(super) line: usize,
    /// Its first byte in the line.
    pub(super) start: usize,
    /// The byte of the line after it; what goes on in further lines is not underlined there.
    end: usize,
    mark: Mark,
    label: String,
}

impl Place {
    pub(super) fn new(source: &Source, span: Span, mark: Mark, label: Option<&str>) -> Place {
        let line = source.location(span.start).line;
        let text = source.line(line);
        // What stands before a place in its line ends where the place begins.
        let before = source.slice(Span::new(0, span.start as usize));
        let start = before.rfind('\n').map_or(before.len(), |end| before.len() - end - 1).min(text.len());
        let covered = source.slice(span).lines().next().unwrap_or("").trim_end().len();
        let end = (start + covered).min(text.len());
        Place { line, start, end, mark, label: label.map(visible_line).unwrap_or_default() }
    }

    fn bytes(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// Places that are shown in one view of a line.
pub(super) struct Group<'p> {
    pub(super) line: usize,
    /// The line, or a part of it.
    pub(super) shown: String,
    /// Each place with its columns.
    marks: Vec<(&'p Place, Range<usize>)>,
}

/// The views that places are shown in. Places of one line share a view unless they are too far from each other.
pub(super) fn groups<'p>(source: &Source, places: &'p [Place]) -> Vec<Group<'p>> {
    let together = |first: &Place, next: &Place| {
        let text = source.line(first.line);
        let apart = || text.get(first.start..next.end.max(first.start)).map_or(0, line::width);
        first.line == next.line
            && (text.len() <= line::WIDEST
                || (next.end < first.start + 4 * line::WIDEST && apart() < line::WIDEST))
    };
    let mut groups = Vec::new();
    let mut rest = places;
    while let Some(first) = rest.first() {
        let count = rest.iter().take_while(|next| together(first, next)).count().max(1);
        let (group, after) = rest.split_at(count);
        rest = after;
        let end = group.iter().map(|place| place.end).max().unwrap_or(first.end);
        let window = Window::around(source.line(first.line), first.start..end);
        let marks = group.iter().map(|place| (place, window.columns(&place.bytes()))).collect();
        groups.push(Group { line: first.line, shown: window.shown, marks });
    }
    groups
}

impl Group<'_> {
    /// The rows below the line: what is underlined, the last label beside it, the others below.
    pub(super) fn rows(&self, style: Style, colour: Colour) -> Vec<String> {
        let style_of = |mark| if mark == Mark::Main { style } else { Style::Frame };
        let end = self.marks.iter().map(|(_, columns)| columns.end).max().unwrap_or(0);
        let mut cells = vec![(' ', None); end];
        // What is wrong is drawn last, so that it is seen where places overlap.
        let main_last = [Mark::Other, Mark::Main];
        for wanted in main_last {
            for (place, columns) in self.marks.iter().filter(|(place, _)| place.mark == wanted) {
                if let Some(cells) = cells.get_mut(columns.clone()) {
                    cells.fill((place.mark.character(), Some(place.mark)));
                }
            }
        }
        let mut underline = String::new();
        for run in cells.chunk_by(|one, other| one.1 == other.1) {
            let text: String = run.iter().map(|(character, _)| *character).collect();
            match run.first().and_then(|(_, mark)| *mark) {
                Some(mark) => underline.push_str(&colour.paint(style_of(mark), &text)),
                None => underline.push_str(&text),
            }
        }
        let mut labelled: Vec<_> = self.marks.iter().filter(|(place, _)| !place.label.is_empty()).collect();
        labelled.sort_by_key(|(_, columns)| columns.start);
        // The last one stands beside what it is about, unless something else ends further to the right.
        if let Some((place, _)) = labelled.pop_if(|(_, columns)| columns.end == end) {
            underline.push(' ');
            underline.push_str(&colour.paint(style_of(place.mark), &place.label));
        }
        let mut rows = vec![underline];
        let below = |count: usize| {
            let mut row = String::new();
            let mut column = 0;
            for (place, columns) in labelled.iter().take(count) {
                if columns.start >= column {
                    row.push_str(&" ".repeat(columns.start - column));
                    row.push_str(&colour.paint(style_of(place.mark), "|"));
                    column = columns.start + 1;
                }
            }
            (row, column)
        };
        if !labelled.is_empty() {
            rows.push(below(labelled.len()).0);
        }
        for (index, (place, columns)) in labelled.iter().enumerate().rev() {
            let (mut row, column) = below(index);
            row.push_str(&" ".repeat(columns.start.saturating_sub(column)));
            row.push_str(&colour.paint(style_of(place.mark), &place.label));
            rows.push(row);
        }
        rows
    }
}
