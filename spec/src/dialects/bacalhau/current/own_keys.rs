//! Keys of a task's free data that dayfly acts upon. Bacalhau carries them like any others.

use crate::decode::{Context, shorten, suggest};
use crate::model::{Data, Located};
use crate::units::Fault;
use crate::{Code, Diagnostic, Span};

/// A key that dayfly may act upon, and what it is given.
pub(super) struct OwnKey<'a, 's> {
    pub(super) key: &'a str,
    pub(super) value: &'a Located<Data>,
    pub(super) context: &'a mut Context<'s>,
}

impl<'a> OwnKey<'a, '_> {
    /// Its value, as `parse` reads it. What can't be read is reported.
    pub(super) fn read<T>(
        &mut self,
        parse: impl FnOnce(&'a str) -> Result<T, String>,
        code: Code,
        help: &str,
    ) -> Option<Located<T>> {
        let read = match &self.value.value {
            Data::Text(text) => parse(text),
            _ => Err("it takes a text".to_owned()),
        };
        match read {
            Ok(value) => Some(Located::new(value, self.value.origin.clone())),
            Err(why) => {
                self.refuse(code, &why, help);
                None
            }
        }
    }

    /// Reports what is wrong with it.
    pub(super) fn refuse(&mut self, code: Code, why: &str, help: &str) {
        let message = format!("`{}`: {why}", shorten(self.key));
        self.context.report(Diagnostic::error(code, self.place(), message).help(help));
    }

    /// Reports that it is none of these keys.
    pub(super) fn is_none_of(&mut self, what: &str, keys: &[&str]) {
        let message = format!("`{}` is no {what} that `Meta` can set", shorten(self.key));
        let mut diagnostic = Diagnostic::warning(Code::UnknownField, self.place(), message);
        if let Some(near) = suggest(self.key, keys.iter().copied()) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        self.context.report(diagnostic);
    }

    /// Where its value stands.
    pub(super) fn place(&self) -> Span {
        self.value.origin.place().unwrap_or_default()
    }
}

/// What reads an amount, with its complaint in words.
pub(super) fn said<T>(parse: impl Fn(&str) -> Result<T, Fault>) -> impl Fn(&str) -> Result<T, String> {
    move |text| parse(text).map_err(|fault| fault.message)
}
