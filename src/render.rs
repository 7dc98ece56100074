//! Findings as people read them.

use std::fmt::Write as _;

use crate::say::{visible, visible_line};
use dayfly::spec::{Diagnostic, Source, Span};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The longest part of a line that is shown, in columns.
const MAX_WIDTH: usize = 120;

/// A finding: its head line, the place with a caret, and what would fix it.
///
/// ```text
/// job.yaml:3:1: error[E0101]: unknown field `Typ`
///   |
/// 3 | Typ: batch
///   | ^^^ not a field of a job
///   = help: did you mean `Type`?
/// ```
pub(crate) fn render(source: &Source, finding: &Diagnostic) -> String {
    let mut text = visible_line(&finding.headline(source));
    text.push('\n');
    let line = source.location(finding.span.start).line;
    let gutter = line.to_string().len();
    let margin = " ".repeat(gutter);
    // Writing to a String can't fail.
    let _ = writeln!(text, "{margin} |");
    place(&mut text, source, finding.span, '^', finding.label.as_deref(), gutter);
    for (span, label) in &finding.related {
        place(&mut text, source, *span, '-', Some(label), gutter);
    }
    for (word, words) in [("help", &finding.help), ("note", &finding.note)] {
        if let Some(words) = words {
            let indented = visible(words).replace('\n', &format!("\n{margin}         "));
            let _ = writeln!(text, "{margin} = {word}: {indented}");
        }
    }
    text
}

/// One line of the file, with what a span covers underlined.
fn place(text: &mut String, source: &Source, span: Span, mark: char, label: Option<&str>, gutter: usize) {
    let at = source.location(span.start);
    let line = source.line(at.line);
    let before: String = line.chars().take(at.column - 1).collect();
    let covered = source.slice(span).lines().next().unwrap_or("");
    // A window of the line around the place: job files hold whole modules in one line.
    let from = before.width().saturating_sub(MAX_WIDTH / 2);
    let (shown, start) = window(line, from);
    let indent = before.width().saturating_sub(start) + if start > 0 { 1 } else { 0 };
    let marks = covered.width().clamp(1, MAX_WIDTH.saturating_sub(indent).max(1));
    let marks: String = std::iter::repeat_n(mark, marks).collect();
    let label = label.map(|label| format!(" {}", visible_line(label))).unwrap_or_default();
    let _ = writeln!(text, "{:>gutter$} | {shown}", at.line);
    let _ = writeln!(text, "{} | {}{marks}{label}", " ".repeat(gutter), " ".repeat(indent));
}

/// The part of a line from column `from` on, at most [`MAX_WIDTH`] columns of it, and the column it begins at.
fn window(line: &str, from: usize) -> (String, usize) {
    let (mut shown, mut column, mut start) = (String::new(), 0, None);
    for character in line.chars() {
        // A tab takes one column here, as it does in the indent below it; control characters would move the cursor.
        let character = if character.is_control() { ' ' } else { character };
        let width = character.width().unwrap_or(0);
        if column >= from {
            let start = *start.get_or_insert(column);
            if column + width - start > MAX_WIDTH {
                shown.push('…');
                break;
            }
            shown.push(character);
        }
        column += width;
    }
    let start = start.unwrap_or(0);
    (if start > 0 { format!("…{shown}") } else { shown }, start)
}
