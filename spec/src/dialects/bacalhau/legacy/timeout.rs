//! How long a legacy job may take.

use std::time::Duration;

use crate::decode::{At, Context};
use crate::model::{Located, Timeouts};
use crate::{Code, Diagnostic};

/// Lowers a time limit that is a number, with `unit` of them in a second; 0 is no limit. Parts of a second count as
/// a whole one: no later form can write them.
pub(in crate::dialects::bacalhau) fn lower(at: &At<'_>, unit: f64, context: &mut Context<'_>) -> Timeouts {
    let Some(number) = context.number(at) else { return Timeouts::default() };
    let seconds = (number.value / unit).ceil();
    match Duration::try_from_secs_f64(seconds) {
        Ok(Duration::ZERO) => Timeouts::default(),
        Ok(limit) => {
            if seconds * unit != number.value {
                let message = format!("{} is rounded up to whole seconds: {seconds}", at.name());
                context.report(Diagnostic::remark(Code::BacalhauDiffers, at.span(), message));
            }
            Timeouts { execution: Some(Located::new(limit, number.origin)), ..Timeouts::default() }
        }
        Err(_) => {
            let message = format!("{} is longer than any time", at.name());
            let diagnostic = Diagnostic::error(Code::BadNumber, at.span(), message);
            context.report(diagnostic.help("write 0 for no limit"));
            Timeouts::default()
        }
    }
}
