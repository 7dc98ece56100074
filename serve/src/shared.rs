//! What the threads of a server share.

use std::sync::Arc;

use crate::admission::Admission;
use crate::counters::Counters;
use crate::{AccessLog, Bounds};

/// What the threads of a server share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) bounds: Bounds,
    pub(crate) admission: Admission,
    pub(crate) counters: Counters,
    pub(crate) log: Option<AccessLog>,
}

/// That a connection is counted, until it is dropped.
#[derive(Debug)]
pub(crate) struct Counted(Arc<Shared>);

/// That a handshake is counted, until it is dropped.
#[derive(Debug)]
pub(crate) struct Handshake(Arc<Shared>);

impl Shared {
    pub(crate) fn new(bounds: Bounds, log: Option<AccessLog>) -> Self {
        let admission = Admission::new(bounds.requests, bounds.queue, bounds.queue_wait);
        Self { bounds, admission, counters: Counters::default(), log }
    }

    /// Counts a connection in, unless there are as many as there may be.
    pub(crate) fn connects(self: &Arc<Self>) -> Option<Counted> {
        self.counters.connects(self.bounds.connections).then(|| Counted(self.clone()))
    }

    /// Counts a handshake in, unless there are as many as there may be.
    pub(crate) fn shakes(self: &Arc<Self>) -> Option<Handshake> {
        self.counters.shakes(self.bounds.handshakes).then(|| Handshake(self.clone()))
    }
}

impl Drop for Handshake {
    fn drop(&mut self) {
        self.0.counters.shook();
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.counters.disconnects();
    }
}
