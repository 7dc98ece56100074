//! Columns of text.

use unicode_width::UnicodeWidthStr as _;

/// A table without lines: every column is as wide as its widest text, and the last is not filled up.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    right: [bool; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// A table with these titles. One that begins with `>` has its column end at the right.
    pub(crate) fn new(titles: [&str; N]) -> Table<N> {
        let right = titles.map(|title| title.starts_with('>'));
        Table { right, rows: vec![titles.map(|title| title.trim_start_matches('>').to_owned())] }
    }

    /// Adds a row. Its texts hold no control characters.
    pub(crate) fn row(&mut self, row: [String; N]) {
        self.rows.push(row);
    }

    /// The table as lines.
    pub(crate) fn text(&self) -> String {
        let width = |column: usize| self.rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..N).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let space = " ".repeat(widths[column].saturating_sub(cell.width()));
                let (before, after) = if self.right[column] { (&*space, "") } else { ("", &*space) };
                line.push_str(&format!("{before}{cell}{after}  "));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_text() {
        let mut table = Table::new(["A", ">B", "C"]);
        table.row(["x".into(), "10".into(), String::new()]);
        table.row(["日本".into(), "5".into(), "z".into()]);
        assert_eq!(table.text(), "A      B  C\nx     10\n日本   5  z\n");
    }
}
