//! Numbers of graphics processors.

use super::Fault;

/// How many, as a whole number.
pub(crate) fn gpu(text: &str) -> Result<u32, Fault> {
    text.trim().parse().map_err(|_| Fault::new(0..text.len(), "expected a whole number"))
}
