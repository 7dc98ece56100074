//! The WebAssembly executor of dayfly.
//!
//! [`WasmExecutor`] runs core modules of WASI preview 1. A guest runs on one thread from entry to exit: the
//! thread polls the guest's future, an epoch tick every 10 ms makes the guest yield to it, and so a deadline, a
//! cancellation and a limit all end it in the same way, by dropping the future. Memory is counted by
//! the `Memory` limiter over all memories and tables of the store; files, quota and refusals are
//! [`dayfly_host_api`]'s.

#[cfg(feature = "compile")]
mod cache;
#[cfg(feature = "compile")]
mod compile;
mod cpu;
mod ending;
mod engine;
mod entry;
mod executor;
mod files;
mod graph;
mod guest;
pub mod inspect;
mod interface;
mod interrupt;
mod link;
mod load;
mod memory;
mod module;
mod plan;
mod streams;
#[cfg(feature = "testing")]
pub mod testing;
mod thread;
mod words;

#[cfg(feature = "compile")]
pub use cache::{CodeCache, Collected, Entry, Verified};
#[cfg(feature = "compile")]
pub use compile::{CompileChild, CompileLimits, Compiler, compile_child};
pub use executor::{BuildError, WasmExecutor, WasmExecutorBuilder};
