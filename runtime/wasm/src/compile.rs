//! Who compiles, and what compiling may take.

mod child;
mod in_process;
mod inside;
mod report;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use inside::compile_child;

use dayfly_core::{Ending, Module};
use tokio_util::sync::CancellationToken;
use wasmtime::Engine;

use crate::engine::EngineProfile;
use crate::native::Native;

/// Who compiles modules that are new.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Compiler {
    /// This process, on a thread. It can't be stopped, and takes what it takes: for modules that are trusted.
    #[default]
    InProcess,
    /// A process of its own for each module, within limits, which is gone when nobody waits for it any more.
    Child(CompileChild),
}

/// A program that calls [`compile_child`] when it is started with these arguments.
#[derive(Clone, Debug)]
pub struct CompileChild {
    /// The program. dayfly is its own.
    pub program: PathBuf,
    /// What tells the program to compile; the limits' values follow, as [`CompileLimits::arguments`] writes them.
    pub arguments: Vec<OsString>,
    /// What compiling one module may take.
    pub limits: CompileLimits,
}

/// What compiling one module may take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CompileLimits {
    /// Address space beyond what the process has when it starts, in bytes.
    pub memory: u64,
    /// From start to end.
    pub time: Duration,
}

impl Default for CompileLimits {
    fn default() -> CompileLimits {
        CompileLimits { memory: 4 << 30, time: Duration::from_secs(120) }
    }
}

impl CompileLimits {
    /// The limits with another bound on address space, in bytes.
    #[must_use]
    pub fn memory(self, memory: u64) -> CompileLimits {
        CompileLimits { memory, ..self }
    }

    /// The limits with another deadline.
    #[must_use]
    pub fn time(self, time: Duration) -> CompileLimits {
        CompileLimits { time, ..self }
    }

    /// The limits as the child's last two arguments: bytes, and whole seconds.
    pub fn arguments(&self) -> [OsString; 2] {
        let seconds = self.time.as_secs().saturating_add(u64::from(self.time.subsec_nanos() > 0));
        [self.memory.to_string().into(), seconds.to_string().into()]
    }

    /// The limits that two arguments stand for.
    pub fn from_arguments(memory: &str, seconds: &str) -> Option<CompileLimits> {
        let time = Duration::from_secs(seconds.parse().ok()?);
        Some(CompileLimits { memory: memory.parse().ok()?, time })
    }
}

/// A module that was just compiled.
pub(crate) struct Compiled {
    /// It, where this process compiled it.
    pub(crate) native: Option<Native>,
    /// What [`Native::deserialize`] takes; empty where nobody wants to keep it.
    pub(crate) code: Vec<u8>,
}

impl Compiler {
    /// Compiles a module in binary form. `keep` asks for the code too.
    ///
    /// # Errors
    /// How the execution ends: the module is not valid, takes more than compiling may, or it was cancelled.
    pub(crate) async fn compile(
        &self,
        engine: &Engine,
        profile: EngineProfile,
        module: &Module,
        binary: &Arc<[u8]>,
        keep: bool,
        cancel: &CancellationToken,
    ) -> Result<Compiled, Ending> {
        match self {
            Compiler::InProcess => {
                let compiled = in_process::compile(engine.clone(), module.clone(), binary.clone(), keep);
                tokio::select! {
                    compiled = compiled => compiled,
                    () = cancel.cancelled() => Err(Ending::Cancelled),
                }
            }
            Compiler::Child(child) => {
                let code = child::compile(child, profile, module, binary, cancel).await?;
                Ok(Compiled { native: None, code })
            }
        }
    }
}
