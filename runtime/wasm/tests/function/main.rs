//! Functions: requests that are answered by fresh instances.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail loudly")]

mod answers;
mod cgi;
mod guest;
mod hostile;
mod place;
mod room;
