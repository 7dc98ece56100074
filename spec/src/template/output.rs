//! What rendering gives.

use super::{Places, Result, limits};
use crate::{Code, Diagnostic, Span};

/// The rendered text so far, and where it comes from.
#[derive(Default)]
pub(super) struct Output {
    text: String,
    places: Places,
}

impl Output {
    /// Adds what stands in the template.
    pub(super) fn verbatim(&mut self, text: &str, span: Span) -> Result<()> {
        self.places.verbatim(self.text.len(), span);
        self.push(text, span)
    }

    /// Adds what an action stands for, which may be a secret.
    pub(super) fn replaced(&mut self, text: &str, action: Span, secret: bool) -> Result<()> {
        self.places.replaced(self.text.len(), action, secret);
        self.push(text, action)
    }

    fn push(&mut self, text: &str, span: Span) -> Result<()> {
        if self.text.len() + text.len() > limits::OUTPUT {
            let message = format!("the rendered file is larger than {} MiB", limits::OUTPUT >> 20);
            return Err(Box::new(Diagnostic::error(Code::TemplateTooMuch, span, message)));
        }
        self.text.push_str(text);
        Ok(())
    }

    pub(super) fn finish(self) -> (String, Places) {
        (self.text, self.places)
    }
}
