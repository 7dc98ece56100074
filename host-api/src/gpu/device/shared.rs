//! What a guest's thread and its device's thread both know.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};

use super::PATIENCE;
use crate::gpu::usage::Counters;
use crate::gpu::{Errno, Error, Quotas};

/// Errors that nobody asked for which are remembered.
const MAX_ERRORS: usize = 16;

/// What a guest's thread and its device's thread both know.
pub(in crate::gpu) struct Shared {
    state: watch::Sender<State>,
    flights: Mutex<Flights>,
    /// Errors that no call gave.
    errors: Mutex<Vec<Error>>,
    /// How many wait for the GPU.
    waiting: AtomicUsize,
    pub(in crate::gpu) counters: Arc<Counters>,
    submission_time: Duration,
    total_time: Option<Duration>,
}

#[derive(Clone, Debug, Default)]
struct State {
    /// The last submission that is done; they end in order.
    done: u64,
    lost: Option<Arc<str>>,
}

/// Submissions that are under way.
struct Flights {
    last: u64,
    queue: VecDeque<(u64, Instant)>,
    /// When the last one was done.
    done: Instant,
}

/// Counts somebody who waits for the GPU.
pub(in crate::gpu) struct Waiting<'a>(&'a Shared);

impl Shared {
    pub(super) fn new(counters: Arc<Counters>, quotas: &Quotas) -> Shared {
        Shared {
            state: watch::Sender::default(),
            flights: Mutex::new(Flights { last: 0, queue: VecDeque::new(), done: Instant::now() }),
            errors: Mutex::default(),
            waiting: AtomicUsize::new(0),
            counters,
            submission_time: quotas.submission_time,
            total_time: quotas.total_time,
        }
    }

    /// Whether the device is there. One whose submission takes longer than it may is lost by asking.
    ///
    /// # Errors
    /// It is lost.
    pub(in crate::gpu) fn check(&self) -> Result<(), Error> {
        if self.deadline().is_some_and(|deadline| deadline <= Instant::now()) {
            let most = humantime(self.limit());
            self.lose(&format!("a submission took longer than the {most} that one may take"));
        }
        match &self.state.borrow().lost {
            Some(why) => Err(Error::new(Errno::Lost, format!("the device is lost: {why}"))),
            None => Ok(()),
        }
    }

    /// Loses the device, if it is not lost for another reason.
    pub(super) fn lose(&self, why: &str) {
        self.state.send_if_modified(|state| {
            let is_new = state.lost.is_none();
            state.lost.get_or_insert_with(|| why.into());
            is_new
        });
    }

    pub(super) fn is_lost(&self) -> bool {
        self.state.borrow().lost.is_some()
    }

    /// The number of a submission that is on its way now.
    pub(super) fn depart(&self) -> u64 {
        let mut flights = self.flights();
        flights.last += 1;
        let serial = flights.last;
        flights.queue.push_back((serial, Instant::now()));
        serial
    }

    /// Notes that a submission is done; gives how long it took.
    pub(super) fn arrive(&self, serial: u64, at: Instant) -> Duration {
        let mut flights = self.flights();
        let mut took = Duration::ZERO;
        while let Some(&(first, departed)) = flights.queue.front().filter(|(first, _)| *first <= serial) {
            flights.queue.pop_front();
            if first == serial {
                took = at.saturating_duration_since(departed.max(flights.done));
            }
        }
        flights.done = flights.done.max(at);
        drop(flights);
        self.state.send_modify(|state| state.done = state.done.max(serial));
        took
    }

    /// The number of the last submission.
    pub(in crate::gpu) fn last(&self) -> u64 {
        self.flights().last
    }

    /// The submission that has to be done for there to be fewer than so many under way.
    pub(in crate::gpu) fn over(&self, most: usize) -> Option<u64> {
        let flights = self.flights();
        let excess = flights.queue.len().checked_sub(most.max(1))?;
        flights.queue.get(excess).map(|(serial, _)| *serial)
    }

    /// Waits until a submission is done.
    ///
    /// # Errors
    /// The device is lost, or `until` has come.
    pub(in crate::gpu) async fn wait(&self, serial: u64, until: Option<Instant>) -> Result<(), Error> {
        let _waiting = self.waiting();
        let mut state = self.state.subscribe();
        loop {
            self.check()?;
            if state.borrow_and_update().done >= serial {
                return Ok(());
            }
            if until.is_some_and(|until| until <= Instant::now()) {
                return Err(Error::new(Errno::TimedOut, "the submission is not done yet"));
            }
            let next = [until, self.deadline()].into_iter().flatten().min();
            tokio::select! {
                // The sender lives as long as this does.
                _ = state.changed() => {}
                () = sleep_until(next) => {}
            }
        }
    }

    /// Waits for what the device's thread answers.
    ///
    /// # Errors
    /// The device is lost.
    pub(in crate::gpu) async fn answered<T>(&self, mut answer: oneshot::Receiver<T>) -> Result<T, Error> {
        let mut state = self.state.subscribe();
        let patience = Instant::now() + self.submission_time + PATIENCE;
        loop {
            let next = Some(self.deadline().map_or(patience, |deadline| deadline.min(patience)));
            tokio::select! {
                biased;
                answered = &mut answer => {
                    return answered.map_err(|_| match self.check() {
                        Err(lost) => lost,
                        Ok(()) => Error::new(Errno::Lost, "the device is lost: it is closed"),
                    });
                }
                _ = state.changed() => {}
                () = sleep_until(next) => {}
            }
            if patience <= Instant::now() {
                self.lose("its driver does not answer");
            }
            self.check()?;
        }
    }

    /// Counts somebody who waits for the GPU, until it is dropped.
    pub(in crate::gpu) fn waiting(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        Waiting(self)
    }

    pub(super) fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::Acquire) > 0
    }

    /// Notes an error that no call gave.
    pub(super) fn note(&self, error: Error) {
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        if errors.len() < MAX_ERRORS {
            errors.push(error);
        }
    }

    /// The errors that no call gave, since it was asked last.
    pub(in crate::gpu) fn noted(&self) -> Vec<Error> {
        std::mem::take(&mut *self.errors.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// When the submission that is at work has to be done.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let flights = self.flights();
        let (_, departed) = flights.queue.front()?;
        departed.max(&flights.done).checked_add(self.limit())
    }

    /// How long a submission may take now.
    fn limit(&self) -> Duration {
        let left = self.total_time.map(|total| total.saturating_sub(self.counters.gpu_time()));
        left.map_or(self.submission_time, |left| left.min(self.submission_time))
    }

    fn flights(&self) -> MutexGuard<'_, Flights> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("state", &*self.state.borrow()).finish_non_exhaustive()
    }
}

async fn sleep_until(when: Option<Instant>) {
    match when {
        Some(when) => tokio::time::sleep_until(when.into()).await,
        None => std::future::pending().await,
    }
}

/// A time in words: `10 s`, `250 ms`.
fn humantime(time: Duration) -> String {
    match time.subsec_millis() {
        0 => format!("{} s", time.as_secs()),
        _ => format!("{} ms", time.as_millis()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(quotas: &Quotas) -> Shared {
        Shared::new(Arc::new(Counters::new(0, quotas)), quotas)
    }

    #[test]
    fn time_counts_from_the_end_of_the_one_before() {
        let shared = shared(&Quotas::default());
        let (first, second) = (shared.depart(), shared.depart());
        let now = Instant::now();
        shared.arrive(first, now + Duration::from_secs(2));
        assert_eq!(shared.arrive(second, now + Duration::from_secs(3)), Duration::from_secs(1));
        assert!(shared.deadline().is_none() && shared.check().is_ok());
    }

    #[test]
    fn who_takes_too_long_is_lost_and_stays_lost() {
        let shared = shared(&Quotas { submission_time: Duration::from_millis(5), ..Quotas::default() });
        let serial = shared.depart();
        std::thread::sleep(Duration::from_millis(10));
        let lost = shared.check().unwrap_err();
        assert_eq!((lost.errno, lost.text.contains("5 ms")), (Errno::Lost, true), "{lost:?}");
        shared.arrive(serial, Instant::now());
        assert!(shared.check().is_err());
    }

    #[test]
    fn what_is_over_the_most_is_found() {
        let shared = shared(&Quotas::default());
        assert_eq!(shared.over(2), None);
        let first = shared.depart();
        shared.depart();
        assert_eq!(shared.over(2), Some(first));
        assert_eq!(shared.over(3), None);
    }
}
