//! Bacalhau's job files: the current form, and what the legacy form beside it has in common with it.

mod constraints;
mod container;
pub(super) mod current;
mod engine;
pub(super) mod envelope;
pub(super) mod environment;
mod inputs;
pub(super) mod ipvm;
pub(super) mod legacy;
mod network;
mod overlap;
#[cfg(test)]
mod page;
mod path;
mod pattern;
mod publisher;
mod quantity;
mod replicas;
mod results;
mod s3;
pub(super) mod secret;
mod source;
mod spec_config;
mod wasm;
