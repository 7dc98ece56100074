//! `wasi:http` of components, for requests that they send: the types are those of wasmtime's crate, and who sends is the
//! guest's [`Client`](super::Client).

mod code;
mod held;
mod hooks;
mod linker;
mod mended;
mod parts;

pub use hooks::Hooks;
pub(crate) use linker::{State, define};
