//! How many requests of one execution are under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::timeouts::within;
use crate::net::Error;

/// The most requests of one execution that are under way at a time: from when they are sent to the end of their answer.
pub(super) const MAX_REQUESTS: usize = 64;
/// The most that wait for one of those to end.
const MAX_WAITING: usize = 1_024;

/// The requests that are under way, and those that wait for that.
pub(super) struct Slots {
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// A request that is under way.
#[derive(Debug)]
pub(super) struct Slot(
    #[expect(dead_code, reason = "is given back when it is dropped")] OwnedSemaphorePermit,
);

impl Slots {
    pub(super) fn new() -> Slots {
        Slots { free: Arc::new(Semaphore::new(MAX_REQUESTS)), waiting: AtomicUsize::new(0) }
    }

    /// The requests that are under way.
    pub(super) fn taken(&self) -> usize {
        MAX_REQUESTS - self.free.available_permits()
    }

    /// Waits until one more request may be under way, in the order of who asked.
    ///
    /// # Errors
    /// None ended in time, or too many wait already.
    pub(super) async fn take(&self, time: Option<Duration>) -> Result<Slot, Error> {
        if let Ok(permit) = self.free.clone().try_acquire_owned() {
            return Ok(Slot(permit));
        }
        let full = || Error::Full(format!("{MAX_REQUESTS} requests are under way, which is all that may be"));
        let _waiting = Waiting::one_more(&self.waiting).ok_or_else(full)?;
        let taken = within(time, self.free.clone().acquire_owned()).await;
        taken.and_then(Result::ok).map(Slot).ok_or_else(full)
    }
}

/// One that waits.
struct Waiting<'a>(&'a AtomicUsize);

impl Waiting<'_> {
    fn one_more(count: &AtomicUsize) -> Option<Waiting<'_>> {
        let waiting = Waiting(count);
        (count.fetch_add(1, Ordering::Relaxed) < MAX_WAITING).then_some(waiting)
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
    async fn who_comes_when_all_are_taken_waits_and_not_for_ever() {
        let slots = Slots::new();
        let mut taken = Vec::new();
        for _ in 0..MAX_REQUESTS {
            taken.push(slots.take(None).await.unwrap());
        }
        assert_eq!(slots.taken(), MAX_REQUESTS);
        let refused = slots.take(Some(Duration::from_millis(10))).await;
        assert!(matches!(refused, Err(Error::Full(_))), "{refused:?}");
        let next = slots.take(None);
        tokio::pin!(next);
        tokio::select! {
            biased;
            _ = &mut next => panic!("there is none"),
            () = std::future::ready(()) => {}
        }
        taken.pop();
        next.await.unwrap();
    }

    #[test]
    fn only_so_many_wait() {
        let count = AtomicUsize::new(0);
        let waiting: Vec<_> = (0..MAX_WAITING).map(|_| Waiting::one_more(&count).unwrap()).collect();
        assert!(Waiting::one_more(&count).is_none() && Waiting::one_more(&count).is_none());
        drop(waiting);
        assert_eq!(count.load(Ordering::Relaxed), 0);
    }
}
