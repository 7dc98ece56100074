//! Bacalhau's current form.

mod engine;
mod environment;
mod http;
mod job;
mod network;
mod policies;
mod quantity;
mod result;
mod source;
mod task;
