//! Compute on GPUs, as core modules call for it.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod compute;
#[cfg(target_os = "linux")]
mod costs;
#[cfg(target_os = "linux")]
mod faults;
mod guest;
#[cfg(target_os = "linux")]
mod isolation;
mod loops;
mod names;
mod noop;
mod quotas;
mod sequences;
