//! Room for requests: bounded, with bounded waiting in front.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a request waits for room.
const WAIT: Duration = Duration::from_secs(1);

/// So many slots, in front of which twice as many requests may wait for a while.
#[derive(Debug)]
pub(super) struct Slots {
    free: Arc<Semaphore>,
    all: usize,
    waiting: AtomicUsize,
}

/// Slots that are taken. They are free again when this is dropped.
pub(super) type Taken = OwnedSemaphorePermit;

/// There is no room, and too many wait for some, or waited too long.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Full;

/// Somebody waits for as long as this is there.
struct Waiting<'a>(&'a AtomicUsize);

impl Slots {
    /// So many slots, and at least one.
    pub(super) fn new(all: usize) -> Slots {
        let all = all.clamp(1, Semaphore::MAX_PERMITS);
        Slots { free: Arc::new(Semaphore::new(all)), all, waiting: AtomicUsize::new(0) }
    }

    /// How many are free.
    pub(super) fn free(&self) -> usize {
        self.free.available_permits()
    }

    /// Takes slots. Who asks for more than there are gets all of them.
    pub(super) async fn take(&self, count: u32) -> Result<Taken, Full> {
        let count = count.min(u32::try_from(self.all).unwrap_or(u32::MAX));
        if let Ok(taken) = self.free.clone().try_acquire_many_owned(count) {
            return Ok(taken);
        }
        let _waiting = Waiting(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.all.saturating_mul(2) {
            return Err(Full);
        }
        match tokio::time::timeout(WAIT, self.free.clone().acquire_many_owned(count)).await {
            Ok(Ok(taken)) => Ok(taken),
            // Nobody closes it, so that this is but for the time.
            Ok(Err(_)) | Err(_) => Err(Full),
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_gets_what_is_given_back_and_too_many_are_sent_away() {
        let slots = Slots::new(2);
        let taken = slots.take(9).await.unwrap();
        assert_eq!(slots.free(), 0);
        let (waits, ()) = tokio::join!(slots.take(1), async { drop(taken) });
        assert!(waits.is_ok() && slots.free() == 1);
        // There is one; four wait, and the fifth is sent away at once.
        let all = slots.take(1).await.unwrap();
        let waiting = futures_util::future::join_all((0..5).map(|_| slots.take(1))).await;
        assert_eq!(waiting.iter().filter(|waits| waits.is_err()).count(), 5);
        assert_eq!(slots.waiting.load(Ordering::Relaxed), 0);
        drop((all, waits));
        assert_eq!(slots.free(), 2);
    }
}
