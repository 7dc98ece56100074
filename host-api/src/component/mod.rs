//! What components may call: WASI 0.2 and, where the host allows it, 0.3.
//!
//! wasmtime's own crates speak for streams, clocks, randomness, the command line and the types of HTTP. Files are those of
//! [`fs`](crate::fs), by its fronts for both generations; the network is that of [`net`](crate::net).
//!
//! * [`Context`] is a guest as components see it; a store's data gives it as [`View`].
//! * [`add_to_linker`] defines the interfaces that a component imports, and no others.

mod basics;
mod config;
mod context;
mod environment;
pub mod key_value;
mod linker;
mod logging;
mod process;
mod stdio;

pub use context::{Builder, Context, View};
pub use linker::{Generation, Interface, Need, add_to_linker};
pub use logging::LogLevel;

/// The code that a component exited with, if that is why a call of it failed.
pub fn exit_code(error: &wasmtime::Error) -> Option<u32> {
    // Codes are those of a process: what is below 0 is told as its bits.
    error.downcast_ref::<wasmtime_wasi::I32Exit>().map(|exit| exit.0.cast_unsigned())
}
