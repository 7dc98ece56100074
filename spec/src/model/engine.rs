//! What a task asks to be run with.

use super::{Container, Located, Wasm};

/// What a task asks for. Which executor serves it is decided later.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Engine {
    /// A WebAssembly module.
    Wasm(Box<Wasm>),
    /// A container image.
    Container(Box<Container>),
    /// Makes a volume that other tasks mount.
    CreateVolume(CreateVolume),
    /// Runs nothing and succeeds.
    Noop,
}

impl Engine {
    /// The name that users see: `wasm`, `docker`, `volume`, `noop`.
    pub fn name(&self) -> &'static str {
        match self {
            Engine::Wasm(_) => "wasm",
            Engine::Container(_) => "docker",
            Engine::CreateVolume(_) => "volume",
            Engine::Noop => "noop",
        }
    }
}

/// A volume of the job, made by its own task and removed when the job ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CreateVolume {
    /// The name by which mounts refer to it.
    pub name: Located<String>,
}
