//! What a guest sends and receives, counted and limited.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::bucket::Bucket;
use super::tally::Tally;
use super::{Denied, Failure, Refusal};
use crate::gate::{Closed, Gate};

/// What a guest may send.
#[derive(Clone, Debug, Default)]
pub struct SendLimits {
    /// Bytes in all, and what to say where they are used up.
    pub total: Option<(u64, Denied)>,
    /// Bytes a second.
    pub rate: Option<u64>,
}

/// What went over the network for a guest. Bytes are those of connections, with what TLS and HTTP add to them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Traffic {
    /// Bytes that were sent.
    pub sent_bytes: u64,
    /// Bytes that were received.
    pub received_bytes: u64,
    /// Names that were looked up, connections that were opened, and requests that were sent.
    pub operations: u64,
}

/// Counts what a guest sends and receives, and limits what it sends.
#[derive(Debug)]
pub(super) struct Meter {
    sent: AtomicU64,
    received: AtomicU64,
    operations: AtomicU64,
    total: Option<(u64, Denied)>,
    /// Something was not sent because of that.
    crossed: AtomicBool,
    bucket: Option<Mutex<Bucket>>,
    /// What the guest passes, and all that is read and written for it with it.
    gate: OnceLock<Arc<Gate>>,
    refusals: Tally<Denied>,
    failures: Tally<String>,
}

impl Meter {
    pub(super) fn new(limits: SendLimits) -> Meter {
        Meter {
            sent: AtomicU64::new(0),
            received: AtomicU64::new(0),
            operations: AtomicU64::new(0),
            total: limits.total,
            crossed: AtomicBool::new(false),
            bucket: limits.rate.map(|rate| Mutex::new(Bucket::new(rate, Instant::now()))),
            gate: OnceLock::new(),
            refusals: Tally::default(),
            failures: Tally::default(),
        }
    }

    /// What is read and written passes this gate first. The first one counts.
    pub(super) fn behind(&self, gate: Arc<Gate>) {
        let _ = self.gate.set(gate);
    }

    /// Passes the gate: a server that sends without end is work for the guest, on its thread, which is held and ended as
    /// the guest is.
    ///
    /// # Errors
    /// It is closed.
    pub(super) fn pass(&self) -> Result<(), Closed> {
        self.gate.get().map_or(Ok(()), |gate| gate.pass())
    }

    /// Whether the gate is closed.
    pub(super) fn is_closed(&self) -> bool {
        self.gate.get().is_some_and(|gate| gate.is_closed())
    }

    pub(super) fn traffic(&self) -> Traffic {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Traffic {
            sent_bytes: read(&self.sent),
            received_bytes: read(&self.received),
            operations: read(&self.operations),
        }
    }

    pub(super) fn refusals(&self) -> Vec<Refusal> {
        self.refusals.list().into_iter().map(|(denied, count)| Refusal { denied, count }).collect()
    }

    /// What is to be said of the limit on all that is sent, once it was met.
    pub(super) fn limit_met(&self) -> Option<&Denied> {
        let (_, denied) = self.total.as_ref()?;
        self.crossed.load(Ordering::Relaxed).then_some(denied)
    }

    /// Notes that something was refused.
    pub(super) fn refuse(&self, denied: &Denied) {
        self.refusals.add(denied.clone());
    }

    pub(super) fn failures(&self) -> Vec<Failure> {
        self.failures.list().into_iter().map(|(what, count)| Failure { what, count }).collect()
    }

    /// Notes that a request got no answer.
    pub(super) fn fail(&self, what: String) {
        self.failures.add(what);
    }

    /// Notes a name that is looked up, a connection that is opened, or a request that is sent.
    pub(super) fn operation(&self) {
        self.operations.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn received(&self, bytes: usize) {
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// How many of `wanted` bytes may be sent now.
    pub(super) fn grant(&self, wanted: usize) -> Grant {
        let mut granted = wanted;
        if let Some((total, denied)) = &self.total {
            let left = total.saturating_sub(self.sent.load(Ordering::Relaxed));
            if left == 0 && wanted > 0 {
                self.crossed.store(true, Ordering::Relaxed);
                self.refuse(denied);
                return Grant::Never;
            }
            granted = usize::try_from(left).unwrap_or(usize::MAX).min(wanted);
        }
        if let (Some(bucket), true) = (&self.bucket, granted > 0) {
            let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
            match bucket.take(granted, Instant::now()) {
                Ok(taken) => granted = taken,
                Err(wait) => return Grant::Wait(wait),
            }
        }
        Grant::Bytes(granted)
    }

    /// What more has to be granted until `wanted` bytes may be sent together, as a datagram is: whole or not at all.
    /// `held` are those that were granted before and not used.
    #[cfg_attr(not(feature = "components"), allow(dead_code, reason = "sockets are for components alone"))]
    pub(super) fn grant_whole(&self, wanted: usize, held: usize) -> Grant {
        if let Some((total, denied)) = &self.total
            && total.saturating_sub(self.sent.load(Ordering::Relaxed)) < wanted as u64
        {
            self.crossed.store(true, Ordering::Relaxed);
            self.refuse(denied);
            return Grant::Never;
        }
        let missing = wanted.saturating_sub(held);
        match &self.bucket {
            Some(bucket) if missing > 0 => {
                let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
                bucket.take(missing, Instant::now()).map_or_else(Grant::Wait, Grant::Bytes)
            }
            _ => Grant::Bytes(missing),
        }
    }

    /// Gives back what was granted and is not used.
    pub(super) fn give_back(&self, granted: usize) {
        if let (Some(bucket), true) = (&self.bucket, granted > 0) {
            bucket.lock().unwrap_or_else(PoisonError::into_inner).give_back(granted);
        }
    }

    /// Notes how many of the bytes that were granted have been sent.
    pub(super) fn sent(&self, granted: usize, sent: usize) {
        self.sent.fetch_add(sent as u64, Ordering::Relaxed);
        self.give_back(granted.saturating_sub(sent));
    }
}

/// What may be sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Grant {
    /// So many bytes.
    Bytes(usize),
    /// Something after that time.
    Wait(Duration),
    /// Nothing any more.
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_ends_at_its_byte_and_is_refused_with_its_words() {
        let denied = Denied { what: "no more".to_owned(), remedy: Some("a line".to_owned()) };
        let meter = Meter::new(SendLimits { total: Some((10, denied.clone())), rate: None });
        assert_eq!(meter.grant(8), Grant::Bytes(8));
        meter.sent(8, 7);
        assert_eq!(meter.grant(8), Grant::Bytes(3));
        assert_eq!(meter.refusals(), []);
        meter.sent(3, 3);
        assert_eq!((meter.grant(1), meter.grant(0)), (Grant::Never, Grant::Bytes(0)));
        assert_eq!(meter.refusals(), [Refusal { denied, count: 1 }]);
        assert_eq!(meter.traffic().sent_bytes, 10);
    }

    #[test]
    fn a_datagram_is_granted_whole() {
        let denied = Denied { what: "no more".to_owned(), remedy: None };
        let meter = Meter::new(SendLimits { total: Some((3, denied.clone())), rate: Some(1) });
        assert_eq!(meter.grant_whole(4, 0), Grant::Never);
        assert_eq!(meter.refusals(), [Refusal { denied, count: 1 }]);
        // One byte at once, and the next a second later; what is held is asked for no more.
        assert_eq!(meter.grant_whole(3, 0), Grant::Bytes(1));
        assert!(matches!(meter.grant_whole(3, 1), Grant::Wait(_)));
        assert_eq!(meter.grant_whole(3, 3), Grant::Bytes(0));
        meter.give_back(1);
        assert_eq!(meter.grant_whole(3, 2), Grant::Bytes(1));
    }

    #[test]
    fn a_rate_makes_wait() {
        let meter = Meter::new(SendLimits { total: None, rate: Some(1) });
        assert_eq!(meter.grant(5), Grant::Bytes(1));
        assert!(matches!(meter.grant(1), Grant::Wait(_)));
        meter.sent(1, 0);
        assert_eq!(meter.grant(5), Grant::Bytes(1));
    }
}
