//! Numbers of graphics processors.

use super::Fault;
use crate::decode::shorten;

/// How many, as a whole number.
pub(crate) fn gpu(text: &str) -> Result<u32, Fault> {
    let trimmed = text.trim();
    trimmed.parse().map_err(|_| {
        let below = trimmed.parse::<i64>().is_ok_and(|number| number < 0);
        let why = if below { "is below 0" } else { "is no whole number" };
        Fault::new(0..text.len(), format!("`{}` {why}", shorten(trimmed)))
    })
}
