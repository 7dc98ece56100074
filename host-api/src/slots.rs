//! Bounded waiting: so many may go on at a time, and so many more may wait for that.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many slots, and so many that may wait for some.
#[derive(Debug)]
pub struct Slots {
    free: Arc<Semaphore>,
    all: usize,
    waiting: AtomicUsize,
    may_wait: usize,
}

/// Slots that are taken. They are free again when this is dropped.
pub type Taken = OwnedSemaphorePermit;

/// All slots are taken, and too many wait for some, or waited too long.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Full;

/// One that waits.
struct Waiting<'a>(&'a AtomicUsize);

impl Slots {
    /// So many slots, and at least one, and so many that may wait.
    pub fn new(all: usize, may_wait: usize) -> Slots {
        let all = all.clamp(1, Semaphore::MAX_PERMITS);
        Slots { free: Arc::new(Semaphore::new(all)), all, waiting: AtomicUsize::new(0), may_wait }
    }

    /// How many are free.
    pub fn free(&self) -> usize {
        self.free.available_permits()
    }

    /// How many are taken.
    pub fn taken(&self) -> usize {
        self.all - self.free()
    }

    /// Takes slots, in the order of who asked, and waits for as long as `time` says, or without an end where there is none.
    /// Who asks for more than there are gets all of them.
    ///
    /// # Errors
    /// There were none in time, or too many wait already.
    pub async fn take(&self, count: u32, time: Option<Duration>) -> Result<Taken, Full> {
        let count = count.min(u32::try_from(self.all).unwrap_or(u32::MAX));
        if let Ok(taken) = self.free.clone().try_acquire_many_owned(count) {
            return Ok(taken);
        }
        let _waiting = self.wait()?;
        let taken = self.free.clone().acquire_many_owned(count);
        let taken = match time {
            Some(time) => tokio::time::timeout(time, taken).await.map_err(|_| Full)?,
            None => taken.await,
        };
        // Nobody closes it.
        taken.map_err(|_| Full)
    }

    fn wait(&self) -> Result<Waiting<'_>, Full> {
        let waiting = Waiting(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::Relaxed) < self.may_wait { Ok(waiting) } else { Err(Full) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn polled<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test]
    async fn who_waits_gets_what_is_given_back() {
        let slots = Slots::new(2, 4);
        let taken = slots.take(9, None).await.unwrap();
        assert_eq!((slots.free(), slots.taken()), (0, 2));
        let mut waits = pin!(slots.take(1, None));
        assert!(polled(waits.as_mut()).is_pending());
        drop(taken);
        let Poll::Ready(Ok(taken)) = polled(waits.as_mut()) else { panic!("there are two") };
        assert_eq!((slots.free(), slots.taken()), (1, 1));
        drop(taken);
        assert_eq!(slots.free(), 2);
    }

    #[tokio::test]
    async fn only_so_many_wait_and_not_for_ever() {
        let slots = Slots::new(1, 2);
        let taken = slots.take(1, None).await.unwrap();
        let (mut first, mut second) = (pin!(slots.take(1, None)), Box::pin(slots.take(1, None)));
        assert!(polled(first.as_mut()).is_pending() && polled(second.as_mut()).is_pending());
        assert_eq!(slots.take(1, None).await.unwrap_err(), Full);
        drop(second);
        assert_eq!(slots.take(1, Some(Duration::from_millis(1))).await.unwrap_err(), Full);
        assert_eq!(slots.waiting.load(Ordering::Relaxed), 1);
        drop(taken);
        assert!(matches!(polled(first.as_mut()), Poll::Ready(Ok(_))));
        assert_eq!(slots.waiting.load(Ordering::Relaxed), 0);
    }
}
