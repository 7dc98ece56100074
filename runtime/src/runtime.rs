//! The value that everything hangs off.

use std::path::{Path, PathBuf};

use dayfly_core::{Core, Run};
use dayfly_spec::model::Job;
use dayfly_wasm::WasmExecutor;

use crate::default_home;

/// Runs jobs. Cloning it is cheap, and both run on the same parts.
#[derive(Clone, Debug)]
pub struct Runtime {
    core: Core,
}

impl Runtime {
    /// Starts to put a runtime together.
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder::default()
    }

    /// Runs a job when it is awaited.
    pub fn run<'a>(&'a self, job: &'a Job) -> Run<'a> {
        self.core.run(job)
    }

    /// The folder that this runtime's state lives in.
    pub fn home(&self) -> &Path {
        self.core.home()
    }
}

/// Puts a [`Runtime`] together.
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct RuntimeBuilder {
    home: Option<PathBuf>,
}

impl RuntimeBuilder {
    /// The folder that the runtime's state lives in; [`default_home`] otherwise. It is made when it is needed.
    pub fn home(mut self, folder: impl Into<PathBuf>) -> RuntimeBuilder {
        self.home = Some(folder.into());
        self
    }

    /// The runtime.
    ///
    /// # Errors
    /// There is no folder to keep state in, or this machine can't run WebAssembly.
    pub fn build(self) -> Result<Runtime, BuildError> {
        let home = self.home.or_else(default_home).ok_or(BuildError::NoHome)?;
        Ok(Runtime { core: Core::builder(home).executor(WasmExecutor::builder().build()?).build() })
    }
}

/// Why there is no runtime.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Neither the builder nor the environment says where state lives.
    #[error("there is no folder for dayfly's state: set DAYFLY_HOME")]
    NoHome,
    /// This machine can't run WebAssembly.
    #[error(transparent)]
    Wasm(#[from] dayfly_wasm::BuildError),
}
