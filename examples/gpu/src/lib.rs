//! What the examples have in common.
//!
//! [`v1`] has what core modules begin with, by `dayfly:gpu/v1` and the crate `dayfly-gpu`; [`webgpu`] has it for
//! components, by `wasi:webgpu`. The rest is for both: [`failure`] ends a program with a message, [`check`] compares what a
//! GPU computed with what the processor does, [`random`] gives numbers to compute with, and [`matmul`] is what the two
//! programs of that name share.

pub mod check;
pub mod failure;
pub mod matmul;
pub mod random;
#[cfg(feature = "v1")]
pub mod v1;
#[cfg(feature = "webgpu")]
pub mod webgpu;

pub use failure::{Failure, Result};
