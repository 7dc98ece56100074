//! Quantities, in every form.

use crate::decode::{At, Context};
use crate::model::Located;
use crate::units::Fault;
use crate::{Diagnostic, Span};

/// Reads a quantity; 0 says nothing. What is none is reported, in the words that `bad` gives a place and a reason.
pub(super) fn lower<T: Default + PartialEq>(
    at: &At<'_>,
    parse: impl FnOnce(&str) -> Result<T, Fault>,
    bad: impl FnOnce(Span, &str, &str) -> Diagnostic,
    context: &mut Context<'_>,
) -> Option<Located<T>> {
    let text = context.text(at)?;
    match parse(text) {
        Ok(value) => (value != T::default()).then(|| at.locate(value)),
        Err(fault) => {
            let span = context.part(at.node, fault.range);
            context.report(bad(span, &fault.message, text));
            None
        }
    }
}
