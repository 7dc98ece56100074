//! Compute on GPUs, as core modules call for it.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod compute;
mod guest;
mod loops;
mod names;
mod noop;
mod quotas;
mod sequences;
