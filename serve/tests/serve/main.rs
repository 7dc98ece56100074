//! A server as its clients meet it: through sockets, byte by byte.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail loudly")]

mod admin;
mod answers;
mod bounds;
mod crowd;
mod floods;
mod frames;
mod heads;
mod log;
mod secure;
mod smuggled;
mod stop;
mod support;
mod traces;
mod two;
mod usage;
