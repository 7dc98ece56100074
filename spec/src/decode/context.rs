//! What a reading collects.

use std::collections::HashSet;
use std::ops::Range;

use super::misplaced::{self, Misplaced};
use super::{At, Object};
use crate::reader::{Node, subspan};
use crate::template::{Places, Secrets};
use crate::{Code, Diagnostic, Options, Severity, Source, Span};

/// Findings that are kept; the rest is counted.
const MOST: usize = 500;

/// What a reading collects on its way.
pub(crate) struct Context<'s> {
    /// The file, rendered where it is a template.
    source: &'s Source,
    /// Where it is written.
    places: &'s Places,
    lenient: bool,
    /// Values that no finding shows.
    secrets: Secrets<'s>,
    diagnostics: Vec<Diagnostic>,
    failed: bool,
    dropped: usize,
    /// The path of the job in the file.
    root: String,
    /// Fields at the wrong level.
    misplaced: Vec<Misplaced>,
    /// The keys of those of them that were told about as what is missing elsewhere.
    told: HashSet<Span>,
}

impl<'s> Context<'s> {
    pub(crate) fn new(source: &'s Source, places: &'s Places, options: &'s Options) -> Context<'s> {
        let secrets = if places.is_same() {
            Secrets::default()
        } else {
            Secrets::new(options.secrets(), places, source.text())
        };
        Context {
            source,
            places,
            lenient: options.lenient,
            secrets,
            diagnostics: Vec::new(),
            failed: false,
            dropped: 0,
            root: String::new(),
            misplaced: Vec::new(),
            told: HashSet::new(),
        }
    }

    /// Everything that was found, with its places in the file as written.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        if self.dropped > 0 {
            let end = Span::new(self.source.text().len(), self.source.text().len());
            let message = format!("{} more findings are not shown", self.dropped);
            self.diagnostics.push(Diagnostic::warning(Code::MoreFindings, end, message));
        }
        let places = self.places;
        // What a variable brings stands in no file.
        self.diagnostics.retain(|found| found.code != Code::PlainSecret || !places.holds_action(found.span));
        for diagnostic in &mut self.diagnostics {
            places.settle(diagnostic, self.source, &self.secrets);
        }
        // What an alias stands for is read for each of them, and is wrong only once.
        let mut told = HashSet::new();
        self.diagnostics.retain(|found| told.insert((found.code, found.span, unnumbered(&found.message))));
        self.diagnostics
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        let error = diagnostic.severity == Severity::Error;
        // A file with errors must keep at least one.
        if self.diagnostics.len() < MOST || (error && !self.failed) {
            self.diagnostics.push(diagnostic);
        } else {
            self.dropped += 1;
        }
        self.failed |= error;
    }

    /// An unknown or read-only field at the top of a job: an error, unless the caller asked for leniency.
    pub(crate) fn report_strict(&mut self, mut diagnostic: Diagnostic) {
        if self.lenient {
            diagnostic.severity = Severity::Warning;
        }
        self.report(diagnostic);
    }

    /// Whether further findings would only be counted, so that dear ones need not be made.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() >= MOST
    }

    /// Whether a finding of this kind is there already.
    pub(crate) fn has(&self, code: Code) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.code == code)
    }

    /// How many findings there are.
    pub(crate) fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// Takes back all findings from a number on.
    pub(crate) fn split_off(&mut self, from: usize) -> Vec<Diagnostic> {
        let taken = self.diagnostics.split_off(from);
        if from < MOST {
            // Nothing was only counted before.
            self.dropped = 0;
        }
        self.failed = self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        taken
    }

    /// Adds Bacalhau's own words to what was found about values of the wrong type, from a number on.
    pub(crate) fn wrong_types_say(&mut self, from: usize, says: &str) {
        let new = self.diagnostics.iter_mut().skip(from);
        for found in new.filter(|found| matches!(found.code, Code::WrongType | Code::QuotedValue)) {
            found.note = Some(format!("Bacalhau says: {says}"));
        }
    }

    /// Takes back what was found about an unknown key.
    pub(crate) fn take_back(&mut self, key: Span) {
        let unknown = [Code::UnknownField, Code::UnknownJobField, Code::OutsideSpec];
        self.diagnostics.retain(|found| found.span != key || !unknown.contains(&found.code));
    }

    /// Looks for fields at the wrong level, by the tables of the file's form.
    pub(crate) fn find_misplaced(&mut self, root: &At<'_>, object: &'static Object) {
        self.misplaced = misplaced::find(root, object);
        self.root.clone_from(&root.path);
    }

    /// What to do with an unknown key that is known elsewhere.
    pub(crate) fn belongs(&self, key: Span) -> Option<String> {
        let misplaced = self.misplaced.iter().find(|misplaced| misplaced.key == key)?;
        Some(misplaced.help("it"))
    }

    /// The key of a field that is missing at a path and stands elsewhere, and what to do with it.
    pub(crate) fn elsewhere(&self, path: &str, name: &str) -> Option<(Span, String)> {
        // A job without its tasks or its spec lacks more than the field that was found.
        if self.is_full() || path == self.root {
            return None;
        }
        let misplaced = misplaced::nearest(&self.misplaced, path, name)?;
        let written = self.written(misplaced.key).trim_matches(['"', '\'']);
        Some((misplaced.key, misplaced.help(&format!("`{written}`"))))
    }

    /// Tells of a key as of what is missing elsewhere: it is not told as unknown.
    pub(crate) fn settle_key(&mut self, key: Span) {
        self.take_back(key);
        self.told.insert(key);
    }

    /// Whether a key was told about already.
    pub(crate) fn is_settled(&self, key: Span) -> bool {
        self.told.contains(&key)
    }

    /// Adds findings that were taken back.
    pub(crate) fn extend(&mut self, diagnostics: Vec<Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.report(diagnostic));
    }

    /// Where the parts of the file are written.
    pub(crate) fn places(&self) -> &'s Places {
        self.places
    }

    /// What the file says at a place.
    pub(crate) fn written(&self, span: Span) -> &'s str {
        self.source.slice(span)
    }

    /// A small place that stands for a whole value: its first line.
    pub(crate) fn first_line(&self, span: Span) -> Span {
        let line = self.written(span).lines().next().map_or(0, |line| line.trim_end().len());
        Span::new(span.start as usize, span.start as usize + line)
    }

    /// The place of a part of a text.
    pub(crate) fn part(&self, node: &Node<'_>, range: Range<usize>) -> Span {
        subspan(self.source.text(), node, range)
    }
}

/// A message without the numbers of elements, `[0]`: the same for all copies of a value.
fn unnumbered(message: &str) -> String {
    let mut parts = message.split('[');
    let mut text = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let number = part.bytes().take_while(u8::is_ascii_digit).count();
        text.push('[');
        text.push_str(if part[number..].starts_with(']') { &part[number..] } else { part });
    }
    text
}
