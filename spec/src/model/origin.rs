//! Where a part of the model comes from, and what would change it.

use std::borrow::Cow;

use crate::Span;

/// Where a grant, a limit, a mount or a reference comes from.
///
/// A refusal at run time uses it to name the line that would allow what was refused.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    /// The place in the job file; none for defaults and for what the command line or a builder set.
    pub span: Option<Span>,
    /// The words that would change it: `Tasks[0].Resources.Memory`, `--memory`.
    pub change: Cow<'static, str>,
    /// The place in what a template was rendered to. Findings have such places until they are settled.
    rendered: Option<Span>,
}

impl Origin {
    /// The origin of something written at `span` of the job file, under the field named by `path`.
    pub fn file(span: Span, path: impl Into<Cow<'static, str>>) -> Origin {
        Origin { span: Some(span), change: path.into(), rendered: None }
    }

    /// The origin of something that no line of a job file says: a default, or a flag.
    pub fn unwritten(change: impl Into<Cow<'static, str>>) -> Origin {
        Origin { span: None, change: change.into(), rendered: None }
    }

    /// The origin of something that a template made, with its place in what was rendered.
    pub(crate) fn of_template(written: Span, rendered: Span, path: String) -> Origin {
        Origin { span: Some(written), change: path.into(), rendered: Some(rendered) }
    }

    /// Its place for findings of the same reading.
    pub(crate) fn place(&self) -> Option<Span> {
        self.rendered.or(self.span)
    }

    /// What would change it, in backquotes, for a message. Words that have their own stay as they are.
    #[must_use]
    pub fn quoted(&self) -> Cow<'_, str> {
        match self.change.contains('`') {
            true => Cow::Borrowed(&self.change),
            false => Cow::Owned(format!("`{}`", self.change)),
        }
    }
}

/// A value with its origin.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Located<T> {
    /// The value itself.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

impl<T> Located<T> {
    /// Puts a value and its origin together.
    pub fn new(value: T, origin: Origin) -> Located<T> {
        Located { value, origin }
    }

    /// Changes the value and keeps the origin.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: change(self.value), origin: self.origin }
    }
}
