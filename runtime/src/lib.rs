//! dayfly as a library: runs job files and WebAssembly modules inside another program.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let home = tempfile::tempdir()?;
//! # let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # tokio.block_on(async {
//! let job = dayfly::Job::parse(
//!     r#"
//! Name: hello
//! Tasks:
//!   - Name: main
//!     Engine:
//!       Type: wasm
//!       Params:
//!         EntryModule:
//!           Source:
//!             Type: inline
//!             Params:
//!               Content: (module (func (export "_start")))
//!           Target: /main.wat
//! "#,
//! )?;
//! let runtime = dayfly::Runtime::builder().home(home.path()).build()?;
//! let outcome = runtime.run(&job).await;
//! assert_eq!(outcome.status, dayfly::Status::Succeeded);
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! A [`Runtime`] is what everything hangs off; there is no global state. [`Runtime::run`] gives a [`Run`], which
//! is told what the job may use of the host ([`HostPolicy`]), where its results go ([`Output`]) and which streams
//! its guests have ([`Stdio`]), and which runs when it is awaited. Dropping it, or cancelling its token,
//! stops the guests.
//!
//! [`Runtime::kept`] finds what past executions left, and those that run; [`RuntimeBuilder::retention`] says for how
//! long they are kept. [`doctor`] tells what this machine lacks.
//!
//! ## Features
//! * `compile` (default): Cranelift. Without it only precompiled modules run.

mod doctor;
mod home;
mod open_files;
mod runtime;

pub use dayfly_core::plan;
pub use dayfly_core::{
    Cache, Digest, Digests, Error, Event, EventKind, Events, ExecutionId, ExecutionOutcome, GuestInput,
    HostPolicy, JobId, Kept, KeptExecution, KeptFolder, KeptState, KeptStream, Live, Module, Outcome, Output,
    OutputStream, Published, Refusal, Retention, Run, SCHEMA_VERSION, Status, Stdio, Usage,
};
pub use dayfly_core::{Plan, Planning};
pub use dayfly_spec as spec;
pub use dayfly_spec::model::Job;
pub use dayfly_wasm::inspect;
#[cfg(feature = "compile")]
pub use dayfly_wasm::{
    CodeCache, Collected, CompileChild, CompileLimits, Compiler, Entry as CodeEntry, Verified, compile_child,
};
pub use doctor::{Finding, Health, doctor};
#[cfg(feature = "compile")]
pub use home::default_code_cache;
pub use home::{default_cache, default_home};
pub use open_files::raise_open_files;
pub use runtime::{BuildError, Runtime, RuntimeBuilder};
pub use tokio_util::sync::CancellationToken;
