//! A guest's requests, with servers on this machine that behave as servers do, and as they should not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod answers;
#[cfg(feature = "components")]
mod components;
mod connections;
mod function;
mod limits;
mod names;
mod redirects;
#[cfg(feature = "components")]
mod sockets;
mod streams;
mod support;
mod tls;
mod traces;
