//! Quantities, sizes and encodings that values are written in.
//!
//! The sizes of Bacalhau's legacy form count in 1024s; they have their own file beside [`size`].

mod cpu;
mod data_url;
mod decimal;
mod domain;
mod gpu;
mod size;

use std::ops::Range;

pub(crate) use cpu::cpu;
pub(crate) use data_url::{DataUrlFault, MOST as INLINE_MOST, data_url};
pub(crate) use domain::domain;
pub(crate) use gpu::gpu;
pub(crate) use size::size;

/// What is wrong with a value, and in which of its bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Fault {
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
}

impl Fault {
    fn new(range: Range<usize>, message: impl Into<String>) -> Fault {
        Fault { range, message: message.into() }
    }
}
