//! What an engine of every form becomes.

use crate::model::{Engine, EnvironmentEntry};

/// An engine, and the environment that its parameters hold.
pub(super) struct Lowered {
    pub(super) engine: Engine,
    pub(super) environment: Vec<EnvironmentEntry>,
}
