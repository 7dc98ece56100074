//! One request on its way, and the beginning of its answer.

use std::sync::Arc;

use http::{Request, Response};
use url::Url;

use super::incoming::Incoming;
use super::pool::{Body, Pools};
use super::slots::Slots;
use super::timeouts::{self, Timeouts};
use crate::net::meter::Meter;
use crate::net::{Error, Policy, place};

/// What all requests of one execution share.
pub(super) struct Shared {
    pub(super) policy: Arc<dyn Policy>,
    pub(super) meter: Arc<Meter>,
    pub(super) pools: Pools,
    pub(super) slots: Slots,
}

impl Shared {
    /// Sends a request to a place, if it may go there, and gives the beginning of the answer.
    ///
    /// # Errors
    /// There is none, or not in time.
    pub(super) async fn answer(
        &self,
        place: &Url,
        message: Request<Body>,
        timeouts: &Timeouts,
    ) -> Result<Response<Incoming>, Error> {
        // A connection that is there already was decided when it was made; what is asked for is decided each time.
        let (host, port) = place::host(place);
        self.policy.destination(host, port).map_err(Error::Denied)?;
        let others = self.slots.taken();
        let slot = self.slots.take(timeouts.connect).await?;
        self.meter.operation();
        let answer = timeouts::begun(&self.pools.current(others), message, timeouts).await?;
        Ok(answer.map(|body| Incoming::new(body, slot, timeouts.between_bytes)))
    }
}
