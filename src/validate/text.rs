//! Findings for people.

use std::io;
use std::path::Path;

use dayfly::spec::{Parsed, Severity, Source};

use super::{Report, is_valid};
use crate::render::{Colour, render};
use crate::say::visible_line;
use crate::words::count;

/// Each finding with its lines, and how many there are.
pub(super) struct Text {
    colour: Colour,
    errors: u64,
    warnings: u64,
    notes: u64,
}

impl Text {
    pub(super) fn new() -> Text {
        Text { colour: Colour::of(&io::stdout()), errors: 0, warnings: 0, notes: 0 }
    }
}

impl Report for Text {
    fn file(&mut self, source: &Source, parsed: &Parsed) -> String {
        let mut text = String::new();
        let shown = source.without_secrets(&parsed.diagnostics);
        for finding in &parsed.diagnostics {
            text.push_str(&render(&shown, finding, self.colour));
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                _ => self.notes += 1,
            }
        }
        if is_valid(parsed) {
            text.push_str(&format!("{}: valid\n", visible_line(source.name())));
        }
        text
    }

    fn missing(&mut self, _: &Path, _: &str) {}

    /// The sum, where it says more than what stands above it.
    fn end(&mut self) -> String {
        if self.errors + self.warnings + self.notes < 2 {
            return String::new();
        }
        let sums = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        let sums = sums.into_iter().filter(|(number, _)| *number > 0);
        let sums: Vec<_> = sums.map(|(number, thing)| count(number, thing)).collect();
        format!("{}\n", sums.join(", "))
    }
}
