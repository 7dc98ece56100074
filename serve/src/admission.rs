//! Which requests run, which wait, and which are turned away.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time;

/// Room for so many requests of a server to run, and for so many to wait.
#[derive(Debug)]
pub(crate) struct Admission {
    room: Arc<Semaphore>,
    requests: usize,
    waiting: AtomicUsize,
    queue: usize,
    patience: Duration,
    /// Room for answers that wait in memory for nothing but their clients.
    leaving: Arc<Semaphore>,
}

/// That a request runs, until it is dropped.
#[derive(Debug)]
pub(crate) struct Admitted {
    _permit: OwnedSemaphorePermit,
    /// Another one may run in its place already.
    leaves: bool,
}

/// For each request that may run, how many answers may wait in memory for their clients.
const LEAVING: usize = 16;

/// A place in the queue.
struct Waiting<'a>(&'a Admission);

impl Admission {
    pub(crate) fn new(requests: usize, queue: usize, patience: Duration) -> Self {
        let requests = requests.clamp(1, Semaphore::MAX_PERMITS);
        let room = Arc::new(Semaphore::new(requests));
        let leaving = requests.saturating_mul(LEAVING).min(Semaphore::MAX_PERMITS);
        let leaving = Arc::new(Semaphore::new(leaving));
        Self { room, requests, waiting: AtomicUsize::new(0), queue, patience, leaving }
    }

    /// Lets a request run, in the order in which they came; none where too many wait already, or it waited too long.
    pub(crate) async fn enter(&self) -> Option<Admitted> {
        if let Ok(permit) = self.room.clone().try_acquire_owned() {
            return Some(Admitted { _permit: permit, leaves: false });
        }
        let _place = self.wait()?;
        let permit = time::timeout(self.patience, self.room.clone().acquire_owned()).await.ok()?.ok()?;
        Some(Admitted { _permit: permit, leaves: false })
    }

    /// Lets another request run in the place of one whose answer only waits for its client, unless too many do.
    pub(crate) fn let_leave(&self, admitted: &mut Admitted) {
        if !admitted.leaves
            && let Ok(permit) = self.leaving.clone().try_acquire_owned()
        {
            *admitted = Admitted { _permit: permit, leaves: true };
        }
    }

    /// How many requests run.
    pub(crate) fn running(&self) -> usize {
        self.requests.saturating_sub(self.room.available_permits())
    }

    /// How many requests wait until they may run.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    fn wait(&self) -> Option<Waiting<'_>> {
        let place = |waiting| (waiting < self.queue).then_some(waiting + 1);
        self.waiting.fetch_update(Ordering::AcqRel, Ordering::Acquire, place).ok()?;
        Some(Waiting(self))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[tokio::test]
    async fn one_runs_one_waits_and_the_third_is_turned_away() {
        let admission = Admission::new(1, 1, Duration::from_secs(3600));
        let first = admission.enter().await.unwrap();
        let context = &mut Context::from_waker(Waker::noop());
        let mut second = pin!(admission.enter());
        assert!(second.as_mut().poll(context).is_pending());
        assert_eq!(admission.waiting(), 1);
        assert!(admission.enter().await.is_none());
        drop(first);
        let Poll::Ready(Some(second)) = second.as_mut().poll(context) else { panic!("it may run") };
        assert_eq!(admission.waiting(), 0);
        drop(second);
        assert_eq!(admission.running(), 0);
    }

    #[tokio::test]
    async fn who_leaves_the_queue_gives_its_place_back() {
        let admission = Admission::new(1, 1, Duration::from_secs(3600));
        let _first = admission.enter().await.unwrap();
        for _ in 0..3 {
            let mut waiting = Box::pin(admission.enter());
            assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        assert_eq!(admission.waiting(), 0);
    }

    #[tokio::test]
    async fn who_leaves_makes_room_but_not_for_ever() {
        let admission = Admission::new(1, 0, Duration::from_millis(1));
        let mut leaving = Vec::new();
        for _ in 0..LEAVING {
            let mut admitted = admission.enter().await.unwrap();
            admission.let_leave(&mut admitted);
            leaving.push(admitted);
        }
        let mut last = admission.enter().await.unwrap();
        admission.let_leave(&mut last);
        assert_eq!(admission.running(), 1);
        assert!(admission.enter().await.is_none());
        leaving.clear();
        admission.let_leave(&mut last);
        assert!(admission.enter().await.is_some());
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let admission = Admission::new(1, 1, Duration::from_millis(1));
        let _first = admission.enter().await.unwrap();
        assert!(admission.enter().await.is_none());
        assert_eq!(admission.waiting(), 0);
    }
}
