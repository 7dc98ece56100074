//! The library as the programs meet it that embed it.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]
#![cfg(feature = "compile")]

mod cancel;
#[path = "../common/mod.rs"]
mod common;
mod events;
mod functions;
#[cfg(feature = "gpu")]
mod gpus;
mod interrupt;
mod processor;
mod requests;
mod snapshot;
mod streams;
mod turns;
