//! Findings in a job file.

mod codes;
mod example;

use std::fmt;

pub use codes::Code;
pub use example::Example;

use crate::{Source, Span};

/// One finding in a job file, with its place.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What kind of finding it is.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The place of exactly what is wrong.
    pub span: Span,
    /// What was found, in one line.
    pub message: String,
    /// A few words to print beside the place.
    pub label: Option<String>,
    /// What would fix it.
    pub help: Option<String>,
    /// What to write in the place of what the span covers, where that alone would fix it.
    pub replacement: Option<String>,
    /// More to know; above all what Bacalhau itself says, so that people can search for it.
    pub note: Option<String>,
    /// Other places that have a part in it, each with a few words.
    pub related: Vec<(Span, String)>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Severity {
    /// The job can't be run.
    Error,
    /// Legal, and surely not meant.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// The word that messages use.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Diagnostic {
    pub(crate) fn error(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, span, message.into())
    }

    pub(crate) fn warning(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, span, message.into())
    }

    /// Something good to know, and no reason to change the file.
    pub(crate) fn remark(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Note, code, span, message.into())
    }

    fn new(severity: Severity, code: Code, span: Span, message: String) -> Diagnostic {
        Diagnostic {
            code,
            severity,
            span,
            message,
            label: None,
            help: None,
            replacement: None,
            note: None,
            related: Vec::new(),
        }
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = Some(label.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Names what is surely meant, and gives it as what would stand in the place of `written`: what stands in quotes
    /// stays there.
    pub(crate) fn did_you_mean(mut self, meant: &str, written: &str) -> Diagnostic {
        let quote = written.get(..1).filter(|first| matches!(*first, "\"" | "'")).unwrap_or("");
        self.replacement = Some(format!("{quote}{meant}{quote}"));
        self.help(format!("did you mean `{meant}`?"))
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.note = Some(note.into());
        self
    }

    /// Adds Bacalhau's own words for the same fault.
    pub(crate) fn bacalhau_says(self, message: impl fmt::Display) -> Diagnostic {
        self.note(format!("Bacalhau says: {message}"))
    }

    pub(crate) fn related(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.related.push((span, label.into()));
        self
    }

    /// The finding's head line: `file:line:column: severity[code]: message`.
    pub fn headline(&self, source: &Source) -> String {
        let at = source.location(self.span.start);
        format!(
            "{}:{}:{}: {}[{}]: {}",
            source.name(),
            at.line,
            at.column,
            self.severity,
            self.code,
            self.message
        )
    }
}
