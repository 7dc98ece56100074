//! What a guest's store holds, whatever generation of WASI the guest is of.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "components")]
use dayfly_core::Grants;
use dayfly_core::{Refusal, Returned};
use dayfly_host_api::Gate;
use dayfly_host_api::fs::FileSystem;
use dayfly_host_api::fs::preview1::Streamed;
use dayfly_host_api::stdio::{Input, Output};
use wasmtime::Store;

use crate::egress::Network;
use crate::gpu::Gpu;
use crate::link;
use crate::memory::Memory;

/// What a guest's store holds.
pub(crate) struct State<W> {
    pub(crate) wasi: W,
    pub(crate) memory: Memory,
    pub(crate) network: Network,
    pub(crate) gpu: Gpu,
}

/// What a guest is started with, of what its generation of WASI gives it.
pub(crate) struct Given {
    /// The program's name first.
    pub(super) arguments: Vec<String>,
    pub(super) environment: Vec<(String, String)>,
    pub(super) files: FileSystem,
    pub(super) stdin: Box<dyn Input>,
    pub(super) stdout: Box<dyn Output>,
    pub(super) stderr: Box<dyn Output>,
    #[cfg(feature = "components")]
    pub(super) grants: Grants,
}

/// A generation of WASI, as the context of one guest.
pub(crate) trait Wasi: Sized + Send + 'static {
    /// What is instantiated.
    type Program;

    /// The context of a guest.
    fn new(given: Given, network: &Network) -> Self;

    /// Looks at the guest's files.
    fn with_files<R>(&self, look: impl FnOnce(&FileSystem) -> R) -> R;

    /// Looks at the guest's files, if it may have used any.
    #[cfg(feature = "components")]
    fn if_files<R>(&self, look: impl FnOnce(&FileSystem) -> R) -> Option<R> {
        Some(self.with_files(look))
    }

    /// What went through the guest's streams.
    fn streamed(&self) -> Streamed;

    /// Whether the guest asked for its environment.
    fn asked_for_environment(&self) -> bool;

    /// What was refused to the guest besides its files and its network.
    fn refusals(&self) -> Vec<Refusal> {
        Vec::new()
    }

    /// What its user should know of what it was granted.
    fn failures(&self) -> Vec<String> {
        Vec::new()
    }

    /// Everything that the guest calls passes this gate first.
    fn behind(store: &mut Store<State<Self>>, gate: &Arc<Gate>);

    /// Hands over what the streams hold back.
    fn flush(&mut self) -> impl Future<Output = ()>;

    /// Instantiates the program, and calls its entry point. How long the first took goes to `instantiate`.
    fn call(
        store: &mut Store<State<Self>>,
        program: &Self::Program,
        instantiate: &mut Duration,
    ) -> impl Future<Output = Result<Called, Failed>>;
}

/// What a call gave.
pub(crate) struct Called {
    /// Whether it went well, by its own word.
    pub(crate) success: bool,
    /// The value that it gave.
    pub(crate) returned: Option<Returned>,
}

/// Where a guest failed.
pub(crate) enum Failed {
    /// Before its entry point was called.
    Instantiate(link::Failed),
    /// In its entry point.
    Call(wasmtime::Error),
}
