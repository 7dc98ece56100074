//! Columns, and lists that end somewhere.

use unicode_width::UnicodeWidthStr as _;

use crate::words::grouped;

/// The most lines of one list.
pub(crate) const MAX_LINES: usize = 100;
/// The widest that a column is made so that the next one lines up.
const MAX_COLUMN: usize = 40;

/// Lines of columns, the columns aligned.
#[derive(Default)]
pub(crate) struct Columns {
    lines: Vec<Vec<String>>,
}

impl Columns {
    pub(crate) fn line(&mut self, columns: impl IntoIterator<Item = String>) {
        self.lines.push(columns.into_iter().collect());
    }

    /// The lines, each after `indent`, without blanks at their ends.
    pub(crate) fn text(&self, indent: &str) -> String {
        let mut widths: Vec<usize> = Vec::new();
        for line in &self.lines {
            for (index, column) in line.iter().enumerate() {
                let width = column.width();
                match widths.get_mut(index) {
                    Some(widest) if width <= MAX_COLUMN => *widest = (*widest).max(width),
                    Some(_) => {}
                    None => widths.push(width.min(MAX_COLUMN)),
                }
            }
        }
        let mut text = String::new();
        for line in &self.lines {
            let mut shown = indent.to_owned();
            for (column, width) in line.iter().zip(&widths) {
                shown.push_str(column);
                let blanks = width.saturating_sub(column.width()) + 2;
                shown.extend(std::iter::repeat_n(' ', blanks));
            }
            text.push_str(shown.trim_end());
            text.push('\n');
        }
        text
    }
}

/// What a list does not show; nothing if that is nothing.
pub(crate) fn rest(all: u64, shown: usize) -> Option<String> {
    let left = all.saturating_sub(shown as u64);
    (left > 0).then(|| format!("… and {} more", grouped(left)))
}

/// The widest line that is made where it can be broken, in columns.
const WIDTH: usize = 100;

/// Words with commas between them, as lines that begin after `indent` blanks; the first one without.
pub(crate) fn wrapped(words: &[String], indent: usize) -> String {
    let last = words.len().saturating_sub(1);
    let words = words.iter().enumerate();
    flow(words.map(|(index, word)| if index < last { format!("{word},") } else { word.clone() }), indent)
}

/// Prose as lines that begin after `indent` blanks; the first one without.
pub(crate) fn filled(text: &str, indent: usize) -> String {
    flow(text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned), indent)
}

fn flow(words: impl Iterator<Item = String>, indent: usize) -> String {
    let (mut text, mut column) = (String::new(), indent);
    for (index, word) in words.enumerate() {
        let width = word.width();
        if index > 0 && column + 1 + width > WIDTH {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if index > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(&word);
        column += width;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_one_long_name_does_not_push_the_others_away() {
        let mut columns = Columns::default();
        let line = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        columns.line(line("a", "1"));
        columns.line(line("bcd", "2"));
        columns.line(line(&"x".repeat(60), "3"));
        let text = columns.text("  ");
        assert!(text.starts_with("  a    1\n  bcd  2\n"), "{text}");
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        assert_eq!(rest(12_445, 100).as_deref(), Some("… and 12,345 more"));
        assert_eq!(rest(5, 5), None);
    }

    #[test]
    fn words_are_wrapped() {
        let words: Vec<String> = (0..40).map(|index| format!("word-{index}")).collect();
        assert!(wrapped(&words, 10).lines().all(|line| line.width() <= 100));
        assert_eq!(filled("a  b", 2), "a b");
        assert_eq!(wrapped(&words[..2], 10), "word-0, word-1");
    }
}
