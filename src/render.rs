//! Findings as people read them.

mod colour;
mod line;
mod marks;

use std::fmt::Write as _;

use dayfly::spec::{Diagnostic, Source};

pub(crate) use colour::Colour;

use crate::say::{visible, visible_line};
use colour::Style;
use marks::{Mark, Place};

/// A finding: its head line, every place that has a part in it, and what would fix it.
///
/// ```text
/// job.yaml:3:1: error[E0009]: `Count` and `count` are the same field
///   |
/// 2 | Count: 1
///   | ----- the first one
/// 3 | count: 2
///   | ^^^^^ the second one
///   |
///   = help: remove one of them
/// ```
pub(crate) fn render(source: &Source, finding: &Diagnostic, colour: Colour) -> String {
    let style = Style::of(finding.severity);
    let at = source.location(finding.span.start);
    let head = format!("{}[{}]", finding.severity, finding.code);
    let place = visible_line(&format!("{}:{}:{}: ", source.name(), at.line, at.column));
    let message = format!(": {}", visible_line(&finding.message));
    let mut text =
        format!("{place}{}{}\n", colour.paint(style, &head), colour.paint(Style::Strong, &message));

    let mut places = vec![Place::new(source, finding.span, Mark::Main, finding.label.as_deref())];
    let related = finding.related.iter();
    places.extend(related.map(|(span, label)| Place::new(source, *span, Mark::Other, Some(label))));
    places.sort_by_key(|place| (place.line, place.start));

    let gutter = places.last().map_or(0, |place| place.line.to_string().len());
    let bar = colour.paint(Style::Frame, &format!("{:gutter$} |", ""));
    let _ = writeln!(text, "{bar}");
    let mut last = None;
    for group in marks::groups(source, &places) {
        between(&mut text, source, last, group.line, gutter, colour);
        let shown = colour.paint(Style::Frame, &format!("{:>gutter$} |", group.line));
        let _ = writeln!(text, "{shown} {}", group.shown);
        for row in group.rows(style, colour) {
            let _ = writeln!(text, "{bar} {row}");
        }
        last = Some(group.line);
    }

    let words = [("help", &finding.help), ("note", &finding.note)];
    if words.iter().any(|(_, words)| words.is_some()) {
        let _ = writeln!(text, "{bar}");
    }
    for (word, words) in words {
        if let Some(words) = words {
            let indented = visible(words).replace('\n', &format!("\n{:gutter$}         ", ""));
            let equals = colour.paint(Style::Frame, &format!("{:gutter$} =", ""));
            let word = colour.paint(Style::Strong, word);
            let _ = writeln!(text, "{equals} {word}: {indented}");
        }
    }
    text
}

/// What stands between two lines that are shown: nothing, the line between them, or a mark that lines are left out.
fn between(
    text: &mut String,
    source: &Source,
    last: Option<usize>,
    next: usize,
    gutter: usize,
    colour: Colour,
) {
    let Some(last) = last else { return };
    if next == last + 2 {
        let number = colour.paint(Style::Frame, &format!("{:>gutter$} |", last + 1));
        let line = source.line(last + 1);
        let shown = line::Window::around(line, 0..0).shown;
        let _ = writeln!(text, "{}", format!("{number} {shown}").trim_end());
    } else if next > last + 2 {
        let _ = writeln!(text, "{}", colour.paint(Style::Frame, "..."));
    }
}

#[cfg(test)]
mod tests;
