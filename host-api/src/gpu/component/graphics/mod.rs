//! What is about graphics: dayfly computes only. Things of that kind are there, so that a guest that makes them is told by
//! an error what is missing; they are invalid, and to do anything with them does nothing.

mod images;
mod rendering;

use crate::gpu::Error;

/// What a guest is told that wants something of that kind.
pub(super) fn refused(what: &str) -> Error {
    Error::validation(format!("there are no {what} here: this host computes, and draws nothing"))
}
