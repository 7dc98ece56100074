//! How long a legacy job may take.

use std::time::Duration;

use crate::decode::{At, Context};
use crate::model::{Located, Timeouts};
use crate::{Code, Diagnostic};

/// Lowers a time limit that is a number, with `unit` of them in a second; 0 is no limit. Parts of a second count as
/// a whole one: no later form can write them.
pub(in crate::dialects::bacalhau) fn lower(at: &At<'_>, unit: f64, context: &mut Context<'_>) -> Timeouts {
    let Some(number) = context.number(at) else { return Timeouts::default() };
    match Duration::try_from_secs_f64((number.value / unit).ceil()) {
        Ok(Duration::ZERO) => Timeouts::default(),
        Ok(limit) => Timeouts { execution: Some(Located::new(limit, number.origin)), ..Timeouts::default() },
        Err(_) => {
            let message = format!("{} is longer than any time", at.name());
            let diagnostic = Diagnostic::error(Code::BadNumber, at.span(), message);
            context.report(diagnostic.help("write 0 for no limit"));
            Timeouts::default()
        }
    }
}
