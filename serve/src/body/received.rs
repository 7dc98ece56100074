//! What is known of a request's body outside of it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is known of a request's body outside of it, which may be read elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Received {
    bytes: AtomicU64,
    fault: OnceLock<Fault>,
}

/// Why a body has no end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    /// The client paused for longer than it may.
    Late,
    /// The client sent what is no body, or went away.
    Broken,
}

impl Received {
    /// Bytes that were read so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Why there is no more to come, where that is not its end.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault.get().copied()
    }

    pub(super) fn add(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn fail(&self, fault: Fault) {
        // It fails once.
        let _ = self.fault.set(fault);
    }
}
