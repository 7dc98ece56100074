//! Bacalhau's current form: `Name`, `Type`, `Count`, `Tasks`.
//!
//! The fields are those of the real system and those that its documents promise. Where the two differ, both are
//! accepted if they can be told apart.

mod container;
mod engine;
mod grants;
mod http;
mod input;
mod job;
mod limits;
mod meta;
mod name;
mod own_keys;
mod policies;
mod resources;
mod result;
mod task;
mod timeouts;
mod wasm;

pub(in crate::dialects) use job::{JOB, READ_ONLY, lower};
pub(in crate::dialects) use task::TASK;
pub(super) use wasm::{MODULE, module};
