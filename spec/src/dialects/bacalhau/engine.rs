//! What an engine of every form becomes.

use crate::model::{Engine, EnvironmentEntry};

/// An engine, and the environment that its parameters hold.
pub(super) struct Lowered {
    pub(super) engine: Engine,
    pub(super) environment: Vec<EnvironmentEntry>,
}

/// What an engine runs, which may be known where its parameters are wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Runs {
    Wasm,
    Container,
    /// Nothing, or what is not known.
    Nothing,
}

impl Runs {
    /// What a word for an engine means, in lower case.
    pub(super) fn of(word: &str) -> Runs {
        match word {
            "wasm" => Runs::Wasm,
            "docker" => Runs::Container,
            _ => Runs::Nothing,
        }
    }
}
