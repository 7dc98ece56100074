//! `wasi:http` of components: the types are those of wasmtime's crate. Who sends the requests of a guest is its
//! [`Client`](super::Client); who hands it one to answer is a [`Handler`].

mod code;
mod held;
mod hooks;
mod linker;
mod mended;
#[cfg(feature = "wasi03")]
mod mended3;
mod parts;
mod reused;
mod serve;
#[cfg(feature = "wasi03")]
mod serve3;

pub use hooks::Hooks;
pub(crate) use linker::{State, define};
pub use reused::{Visit, Visits};
pub use serve::{Body, BodyError, Failed, Handler, Left, Wrong, received};
