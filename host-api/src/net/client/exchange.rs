//! One request on its way, and the beginning of its answer.

use std::sync::{Arc, Mutex, PoisonError};

use http::{Request, Response};
use url::Url;

use super::incoming::Incoming;
use super::pool::{Body, Pools};
use super::timeouts::{self, Timeouts};
use super::trace::Trace;
use crate::net::meter::Meter;
use crate::net::{Error, Policy, place};
use crate::slots::{Full, Slots};

/// The most requests of one execution that are under way at a time: from when they are sent to the end of their answer.
pub(super) const MAX_REQUESTS: usize = 64;
/// The most that wait for one of those to end.
const MAX_WAITING: usize = 1_024;

/// What all requests of one execution share.
pub(super) struct Shared {
    pub(super) policy: Arc<dyn Policy>,
    pub(super) meter: Arc<Meter>,
    pub(super) pools: Pools,
    pub(super) slots: Slots,
    /// What the guest is a part of.
    pub(super) trace: Mutex<Option<Trace>>,
}

/// The requests that may be under way.
pub(super) fn slots() -> Slots {
    Slots::new(MAX_REQUESTS, MAX_WAITING)
}

impl Shared {
    /// Sends a request to a place, if it may go there, and gives the beginning of the answer.
    ///
    /// # Errors
    /// There is none, or not in time.
    pub(super) async fn answer(
        &self,
        place: &Url,
        mut message: Request<Body>,
        timeouts: &Timeouts,
    ) -> Result<Response<Incoming>, Error> {
        // A connection that is there already was decided when it was made; what is asked for is decided each time.
        let (host, port) = place::host(place);
        self.policy.destination(host, port).map_err(Error::Denied)?;
        if let Some(trace) = &*self.trace.lock().unwrap_or_else(PoisonError::into_inner) {
            trace.add_to(message.headers_mut());
        }
        let others = self.slots.taken();
        let full =
            |Full| Error::Full(format!("{MAX_REQUESTS} requests are under way, which is all that may be"));
        let slot = self.slots.take(1, timeouts.connect).await.map_err(full)?;
        self.meter.operation();
        let answer = timeouts::begun(&self.pools.current(others), message, timeouts).await?;
        Ok(answer.map(|body| Incoming::new(body, slot, timeouts.between_bytes)))
    }
}
