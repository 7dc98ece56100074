//! Functions: requests that are answered by fresh instances, or by those that answered others.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail loudly")]

mod answers;
mod cgi;
mod guest;
#[cfg(feature = "wasi03")]
mod guest3;
mod hostile;
mod pace;
mod place;
#[cfg(feature = "wasi03")]
mod reuse;
mod room;
