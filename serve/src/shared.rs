//! What the threads of a server share.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use crate::admission::Admission;
use crate::counters::Counters;
use crate::metrics::Metrics;
use crate::turns::Everywhere;
use crate::{AccessLog, Bounds, Exchange, GuestLog, Traces};

/// What the threads of a server share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) bounds: Bounds,
    pub(crate) admission: Admission,
    pub(crate) counters: Counters,
    pub(crate) computing: Arc<Everywhere>,
    pub(crate) log: Option<AccessLog>,
    pub(crate) guests: Option<GuestLog>,
    pub(crate) traces: Option<Traces>,
    pub(crate) room: Option<Room>,
    /// Whether clients are told what their requests used.
    pub(crate) usage: bool,
    /// When this came to be.
    pub(crate) since: SystemTime,
    /// What each thread counts.
    threads: Vec<Mutex<Metrics>>,
}

/// Who is told what of requests.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) log: Option<AccessLog>,
    pub(crate) guests: Option<GuestLog>,
    pub(crate) traces: Option<Traces>,
    pub(crate) room: Option<Room>,
    /// Whether clients are told what their requests used.
    pub(crate) usage: bool,
}

/// Who says for how many requests there is room, by function.
#[derive(Clone)]
pub(crate) struct Room(pub(crate) Arc<dyn Fn() -> Vec<(Arc<str>, usize)> + Send + Sync>);

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room").finish_non_exhaustive()
    }
}

/// What a server has to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// Connections that are open.
    pub(crate) connections: usize,
    /// Requests that run.
    pub(crate) running: usize,
    /// Requests that wait until they may run.
    pub(crate) waiting: usize,
}

/// That a connection is counted, until it is dropped.
#[derive(Debug)]
pub(crate) struct Counted(Arc<Shared>);

/// That a handshake is counted, until it is dropped.
#[derive(Debug)]
pub(crate) struct Handshake(Arc<Shared>);

impl Shared {
    pub(crate) fn new(bounds: Bounds, told: Told, threads: usize) -> Self {
        let Told { log, guests, traces, room, usage } = told;
        let admission = Admission::new(bounds.requests, bounds.queue, bounds.queue_wait);
        let computing = Arc::new(Everywhere::new(threads));
        let threads = (0..threads).map(|_| Mutex::default()).collect();
        Self {
            bounds,
            admission,
            counters: Counters::default(),
            computing,
            log,
            guests,
            traces,
            room,
            usage,
            since: SystemTime::now(),
            threads,
        }
    }

    pub(crate) fn load(&self) -> Load {
        let (running, waiting) = (self.admission.running(), self.admission.waiting());
        Load { connections: self.counters.connections(), running, waiting }
    }

    /// Counts a request of a thread.
    pub(crate) fn count(&self, thread: usize, exchange: &Exchange, now: Instant) {
        if let Some(metrics) = self.threads.get(thread) {
            metrics.lock().unwrap_or_else(PoisonError::into_inner).add(exchange, now);
        }
    }

    /// What all threads counted.
    pub(crate) fn metrics(&self) -> Metrics {
        let mut sum = Metrics::default();
        for thread in &self.threads {
            // Copied first: who adds up takes longer than a request should wait.
            let counted = thread.lock().unwrap_or_else(PoisonError::into_inner).clone();
            sum.merge(&counted);
        }
        sum
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
