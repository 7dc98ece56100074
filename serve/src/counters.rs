//! What a server counts.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What a server counts, over all its threads.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    connections: AtomicUsize,
    handshakes: AtomicUsize,
    refused_connections: AtomicU64,
    refused_handshakes: AtomicU64,
    refused_heads: AtomicU64,
    refused_requests: AtomicU64,
}

impl Counters {
    /// Counts a connection in, unless there are so many.
    pub(crate) fn connects(&self, most: usize) -> bool {
        let one_more = |open| (open < most).then_some(open + 1);
        let counted = self.connections.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more).is_ok();
        if !counted {
            self.refused_connections.fetch_add(1, Ordering::Relaxed);
        }
        counted
    }

    pub(crate) fn disconnects(&self) {
        self.connections.fetch_sub(1, Ordering::AcqRel);
    }

    /// Counts a handshake in, unless there are so many.
    pub(crate) fn shakes(&self, most: usize) -> bool {
        let one_more = |open| (open < most).then_some(open + 1);
        let counted = self.handshakes.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more).is_ok();
        if !counted {
            self.refused_handshakes.fetch_add(1, Ordering::Relaxed);
        }
        counted
    }

    pub(crate) fn shook(&self) {
        self.handshakes.fetch_sub(1, Ordering::AcqRel);
    }

    /// How many connections are open.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// What was refused, and how often.
    pub(crate) fn refused(&self) -> [(&'static str, u64); 4] {
        [
            ("connections", &self.refused_connections),
            ("handshakes", &self.refused_handshakes),
            ("heads", &self.refused_heads),
            ("requests", &self.refused_requests),
        ]
        .map(|(what, count)| (what, count.load(Ordering::Relaxed)))
    }

    pub(crate) fn refused_heads(&self) {
        self.refused_heads.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn refused_requests(&self) {
        self.refused_requests.fetch_add(1, Ordering::Relaxed);
    }
}
