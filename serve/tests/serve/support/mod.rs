//! A server to talk to, a client that says what it is told byte by byte, and a handler whose answers are known.

pub(crate) mod client;
pub(crate) mod collector;
pub(crate) mod frames;
pub(crate) mod handler;
pub(crate) mod server;

pub(crate) use client::Client;
pub(crate) use collector::Collector;
pub(crate) use server::Running;

use std::thread;
use std::time::{Duration, Instant};

/// Long enough for what must happen, however slow the machine is.
pub(crate) const LONG: Duration = Duration::from_secs(30);

/// Waits until something is so.
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < LONG, "never: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}
