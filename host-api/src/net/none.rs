//! No network.

use std::sync::atomic::{AtomicU64, Ordering};

/// The network of a guest that has none: it gets nothing, and what it asked for is counted. Every program that was built
/// with a library of its language imports sockets, whether it wants one or not.
#[derive(Debug, Default)]
pub struct NoNetwork {
    asked: AtomicU64,
}

impl NoNetwork {
    /// How often the guest asked for something.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    pub(super) fn ask(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
    }
}
