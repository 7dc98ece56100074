//! Bacalhau's current form: `Name`, `Type`, `Count`, `Tasks`.
//!
//! The fields are those of the real system and those that its documents promise. Where the two differ, both are
//! accepted if they can be told apart.

mod constraints;
mod container;
mod engine;
mod environment;
mod input;
mod job;
mod network;
mod overlap;
mod path;
mod policies;
mod publisher;
mod resources;
mod result;
mod s3;
mod source;
mod spec_config;
mod task;
mod timeouts;
mod wasm;

pub(in crate::dialects) use job::{JOB, lower};
