//! Taking of what a guest may have, before the driver is asked for it. What was closed is given back by the thread of the
//! device, and what is under way when it is done: both are waited for where need be.

use std::sync::Arc;

use super::Device;
use crate::gpu::meter::{Meter, Taken};
use crate::gpu::usage::no_memory;
use crate::gpu::{Errno, Error};

impl Device {
    /// Takes of a meter; none where that has not so much left.
    ///
    /// # Errors
    /// The device is lost.
    pub(super) async fn take(&self, meter: &Arc<Meter>, amount: u64) -> Result<Option<Taken>, Error> {
        if let Some(taken) = meter.take(amount) {
            return Ok(Some(taken));
        }
        let shared = self.shared.clone();
        let last = self.call(move |worker| {
            worker.trim();
            Ok(shared.last())
        });
        let last = last.await?;
        if let Some(taken) = meter.take(amount) {
            return Ok(Some(taken));
        }
        self.shared.wait(self.flush().await?.max(last), None).await?;
        // What was under way lets go of what it worked on, and a group of its buffers after that.
        for _ in 0..2 {
            self.call(|_| Ok(())).await?;
        }
        Ok(meter.take(amount))
    }

    /// Takes memory of what the guest may have of its GPU.
    ///
    /// # Errors
    /// It may not have so much, or the device is lost.
    pub(in crate::gpu) async fn take_memory(&self, bytes: u64) -> Result<Taken, Error> {
        let refuse = || no_memory(&self.shared.counters, &self.memory, bytes);
        // As drivers give it out.
        let rounded = bytes.max(1).checked_next_multiple_of(256).ok_or_else(refuse)?;
        self.take(&self.memory, rounded).await?.ok_or_else(refuse)
    }

    /// Room for one more thing. What was recorded or is under way keeps things whose handles are closed: they count as
    /// well.
    ///
    /// # Errors
    /// There is none, or the device is lost.
    pub(super) async fn room(&self) -> Result<Taken, Error> {
        let kept = self.shared.counters.kept.clone();
        self.take(&kept, 1).await?.ok_or_else(|| {
            let what =
                format!("more than {} things with handles, or that what it recorded keeps", kept.limit());
            self.refuse("handles", Errno::Quota, &what)
        })
    }

    /// Waits until one more submission may be under way.
    ///
    /// # Errors
    /// The device is lost.
    pub(in crate::gpu) async fn turn(&self) -> Result<(), Error> {
        while let Some(serial) = self.shared.over(self.quotas.in_flight) {
            self.shared.wait(serial, None).await?;
        }
        Ok(())
    }

    /// Notes that something was refused, and gives the failure that tells of it.
    pub(super) fn refuse(&self, kind: &'static str, errno: Errno, what: &str) -> Error {
        self.shared.counters.refused(kind, errno, what)
    }
}
