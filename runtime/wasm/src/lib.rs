//! The WebAssembly executor of dayfly.
//!
//! [`WasmExecutor`] runs core modules of WASI preview 1, and other modules that they import from. Who satisfies which
//! import is found out first, before anything is compiled; then each module is instantiated once, with exactly the
//! items that were found for it.
//!
//! Modules are compiled in a child process within limits of time and memory (`Compiler`), and compiled code is kept
//! from run to run, sealed so that no other code is ever run in its place (`CodeCache`).
//!
//! A guest runs on one thread from entry to exit. While it waits, a deadline or a cancellation ends it by dropping the
//! future that the thread polls. While it computes, it is made to trap by a signal on Linux, so that its code has no
//! checks in it; elsewhere wasmtime's epochs make it yield. Memory is counted by the `Memory` limiter over all memories
//! and tables of the store; files, quota and refusals are [`dayfly_host_api`]'s. [`inspect`] looks at modules that are
//! not run.
//!
//! A [`Function`] answers requests, each with a fresh instance, on the threads of who calls it.

#[cfg(feature = "compile")]
mod cache;
#[cfg(feature = "compile")]
mod compile;
#[cfg(feature = "components")]
mod component;
#[cfg(feature = "components")]
mod compose;
#[cfg(any(feature = "compile", feature = "components"))]
mod contain;
mod cpu;
#[cfg(feature = "http")]
mod egress;
#[cfg(not(feature = "http"))]
#[path = "egress_nothing.rs"]
mod egress;
mod ending;
mod engine;
mod engines;
mod entry;
mod executor;
mod files;
#[cfg(feature = "components")]
pub mod function;
#[cfg(all(feature = "compile", feature = "components"))]
mod fuse;
#[cfg(feature = "gpu")]
mod gpu;
#[cfg(not(feature = "gpu"))]
#[path = "gpu_nothing.rs"]
mod gpu;
#[cfg(feature = "components")]
mod grants;
mod graph;
mod guest;
pub mod inspect;
mod interface;
mod interrupt;
mod link;
mod load;
mod memory;
mod module;
mod native;
mod nesting;
mod observe;
mod payloads;
mod plan;
mod prepare;
mod program;
#[cfg(feature = "compile")]
mod snapshot;
mod streams;
#[cfg(feature = "testing")]
pub mod testing;
mod thread;
mod words;

#[cfg(feature = "compile")]
pub use cache::{CodeCache, Collected, Entry, Verified};
#[cfg(feature = "compile")]
pub use compile::{CompileChild, CompileLimits, Compiler, compile_child};
#[cfg(feature = "gpu")]
pub use dayfly_host_api::gpu as gpus;
pub use executor::{BuildError, WasmExecutor, WasmExecutorBuilder};
#[cfg(feature = "components")]
pub use function::{Answer, Answering, Broken, Call, Failed, Function, Listener, Report, Written};
#[cfg(feature = "compile")]
pub use snapshot::{Initialised, Snapshot, Snapshotter, Taken};
