//! How many replicas of a job run, in every form.

use crate::decode::{At, Context};
use crate::model::Located;
use crate::{Code, Diagnostic};

/// The most replicas that one machine makes of a job.
pub(super) const MOST: i64 = 10_000;

/// A number of replicas that one machine can make; what is more is reported. `field` is how the form calls it.
pub(super) fn lower(
    at: &At<'_>,
    field: &str,
    count: Located<i64>,
    context: &mut Context<'_>,
) -> Located<u32> {
    if count.value > MOST {
        let message =
            format!("a `{field}` of {} is more than the {MOST} that run on one machine", count.value);
        context.report(Diagnostic::error(Code::BadNumber, at.span(), message));
    }
    count.map(|count| u32::try_from(count).unwrap_or(u32::MAX))
}
