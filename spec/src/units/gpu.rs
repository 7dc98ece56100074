//! Numbers of graphics processors.

use super::Fault;
use super::spaces::without_spaces;
use crate::decode::shorten;

/// How many, as a whole number.
pub(crate) fn gpu(text: &str) -> Result<u32, Fault> {
    without_spaces(text, |text| {
        text.parse().map_err(|_| {
            let below = text.parse::<i64>().is_ok_and(|number| number < 0);
            let why = if below { "is below 0" } else { "is no whole number" };
            Fault::new(0..text.len(), format!("`{}` {why}", shorten(text)))
        })
    })
}
