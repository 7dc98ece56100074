//! What a guest's thread and its device's thread both know.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};

use super::PATIENCE;
use super::bounding::Watch;
use crate::gpu::usage::Counters;
use crate::gpu::{Errno, Error, Quotas};

/// The shortest time after which somebody who waits looks again.
const SHORTEST: Duration = Duration::from_millis(10);
/// Errors that nobody asked for which are remembered.
const MAX_ERRORS: usize = 16;

/// What a guest's thread and its device's thread both know.
pub(in crate::gpu) struct Shared {
    state: watch::Sender<State>,
    flights: Mutex<Flights>,
    /// Errors that no call gave.
    errors: Mutex<Vec<Error>>,
    /// What was left before its end, until the guest is told.
    left: Mutex<Option<Error>>,
    /// How many wait for the GPU.
    waiting: AtomicUsize,
    /// Whether the driver has given the device up: nothing that is under way is ever done.
    is_given_up: AtomicBool,
    /// What ends all that the device does, where anything can.
    end: OnceLock<End>,
    /// Whether something was sent to the device's thread that becomes a submission without being waited for.
    is_behind: AtomicBool,
    pub(in crate::gpu) counters: Arc<Counters>,
    submission_time: Duration,
    total_time: Option<Duration>,
}

/// Ends all that a device does.
pub(super) type End = Box<dyn Fn() + Send + Sync>;

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
    /// What was counted already of the one that is at work.
    counted: Duration,
}

/// What all fails with that is done to a device that is lost.
pub(super) fn lost(why: &str) -> Error {
    Error::new(Errno::Lost, format!("the device is lost: {why}"))
}

/// Counts somebody who waits for the GPU.
pub(in crate::gpu) struct Waiting<'a>(&'a Shared);

impl Shared {
    pub(in crate::gpu) fn new(counters: Arc<Counters>, quotas: &Quotas) -> Shared {
        Shared {
            state: watch::Sender::default(),
            flights: Mutex::new(Flights {
                last: 0,
                queue: VecDeque::new(),
                done: Instant::now(),
                counted: Duration::ZERO,
            }),
            errors: Mutex::default(),
            left: Mutex::default(),
            waiting: AtomicUsize::new(0),
            is_given_up: AtomicBool::new(false),
            end: OnceLock::new(),
            is_behind: AtomicBool::new(false),
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
        if !self.is_lost() && self.deadline().is_some_and(|deadline| deadline <= Instant::now()) {
            let (_, of_all) = self.limit();
            let (kind, what, why) = match of_all {
                Some(total) => {
                    let what = total_time(total);
                    ("time", what.clone(), format!("it may not have {what}"))
                }
                None => {
                    let most = self.submission_time;
                    let why = format!("a submission took longer than the {most:?} that one may take");
                    ("submission", format!("more than {most:?} of a GPU for one submission"), why)
                }
            };
            // Who finds that it is lost finds why among what was refused.
            self.lose_after(&why, || drop(self.counters.refuse(kind, &what)));
        }
        match &self.state.borrow().lost {
            Some(why) => Err(lost(why)),
            None => Ok(()),
        }
    }

    /// Loses the device, if it is not lost for another reason.
    pub(super) fn lose(&self, why: &str) {
        self.lose_after(why, || {});
    }

    /// The same, and does something before anybody can tell.
    fn lose_after(&self, why: &str, first: impl FnOnce()) {
        let is_new = self.state.send_if_modified(|state| {
            if state.lost.is_some() {
                return false;
            }
            first();
            state.lost = Some(why.into());
            true
        });
        if is_new {
            // The guest may be gone before the work is done, if it ever is.
            let mut flights = self.flights();
            if let Some(&(_, departed)) = flights.queue.front() {
                flights.counted = departed.max(flights.done).elapsed();
                self.counters.ran(flights.counted);
            }
            drop(flights);
            self.end_now();
        }
    }

    /// Has what the device does be ended by this once it is lost.
    #[cfg(target_os = "linux")]
    pub(super) fn end_with(&self, end: End) {
        // A device is opened once.
        let _ = self.end.set(end);
        if self.is_lost() {
            self.end_now();
        }
    }

    /// Whether what it does can be ended.
    pub(super) fn can_end(&self) -> bool {
        self.end.get().is_some()
    }

    fn end_now(&self) {
        if let Some(end) = self.end.get() {
            end();
        }
    }

    /// Loses the device for its driver's sake: what is under way is never done.
    pub(super) fn give_up(&self, why: &str) {
        self.lose(&format!("its driver gave it up: {why}"));
        self.is_given_up.store(true, Ordering::Release);
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.is_given_up.load(Ordering::Acquire)
    }

    /// Notes whether something was sent to the device's thread that becomes a submission without being waited for.
    pub(in crate::gpu) fn set_behind(&self, is_behind: bool) {
        self.is_behind.store(is_behind, Ordering::Release);
    }

    pub(in crate::gpu) fn is_behind(&self) -> bool {
        self.is_behind.load(Ordering::Acquire)
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

    /// Notes that a submission is done, which those who wait are [told](Shared::tell) afterwards; gives how long it took,
    /// but for what was counted of it already.
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
        took.saturating_sub(std::mem::take(&mut flights.counted))
    }

    /// Tells those who wait that a submission is done.
    pub(super) fn tell(&self, serial: u64) {
        self.state.send_modify(|state| state.done = state.done.max(serial));
    }

    /// Forgets what is under way, which is never done.
    pub(super) fn forget(&self) {
        self.flights().queue.clear();
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
    pub(in crate::gpu) async fn answered<T>(&self, answer: oneshot::Receiver<T>) -> Result<T, Error> {
        self.answered_within(answer, PATIENCE).await
    }

    /// Waits for an answer that takes no longer than so long, besides the submissions that are under way.
    ///
    /// # Errors
    /// The device is lost.
    pub(in crate::gpu) async fn answered_within<T>(
        &self,
        mut answer: oneshot::Receiver<T>,
        patience: Duration,
    ) -> Result<T, Error> {
        let asked = Instant::now();
        let mut state = self.state.subscribe();
        loop {
            // A submission may begin meanwhile, whose own deadline comes first.
            let soon = Instant::now().checked_add(self.submission_time.max(SHORTEST));
            let next = [self.patience(asked, patience), self.deadline(), soon].into_iter().flatten().min();
            tokio::select! {
                biased;
                answered = &mut answer => return answered.map_err(|_| self.closed()),
                _ = state.changed() => {}
                () = sleep_until(next) => {}
            }
            if self.patience(asked, patience).is_some_and(|until| until <= Instant::now()) {
                self.lose("its driver does not answer");
            }
            self.check()?;
        }
    }

    /// Does something else, for as long as the device is there.
    ///
    /// # Errors
    /// The device is lost.
    pub(in crate::gpu) async fn unless_lost<T>(&self, other: impl Future<Output = T>) -> Result<T, Error> {
        let mut other = std::pin::pin!(other);
        let mut state = self.state.subscribe();
        loop {
            let soon = Instant::now().checked_add(self.submission_time.max(SHORTEST));
            let next = [self.deadline(), soon].into_iter().flatten().min();
            tokio::select! {
                biased;
                given = &mut other => return Ok(given),
                _ = state.changed() => {}
                () = sleep_until(next) => {}
            }
            self.check()?;
        }
    }

    /// Waits until the device is lost; gives why.
    #[cfg(feature = "components")]
    pub(in crate::gpu) async fn lost(&self) -> Error {
        self.found(|| self.check().err()).await
    }

    /// Waits until there is an error that no call gave, or the device is lost.
    #[cfg(feature = "components")]
    pub(in crate::gpu) async fn troubled(&self) {
        let errors = || self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        self.found(|| (!errors().is_empty() || self.check().is_err()).then_some(())).await;
    }

    /// Waits for what is looked for whenever something happens.
    #[cfg(feature = "components")]
    async fn found<T>(&self, look: impl Fn() -> Option<T>) -> T {
        let mut state = self.state.subscribe();
        loop {
            if let Some(found) = look() {
                return found;
            }
            tokio::select! {
                // The sender lives as long as this does.
                _ = state.changed() => {}
                () = sleep_until(self.deadline()) => {}
            }
        }
    }

    /// Why the device does not answer any more.
    pub(in crate::gpu) fn closed(&self) -> Error {
        match self.check() {
            Err(lost) => lost,
            Ok(()) => Error::new(Errno::Lost, "the device is lost: it is closed"),
        }
    }

    /// Until when the driver may take with what was asked of it then. Never is, as long as a submission is under way:
    /// that has a deadline of its own.
    fn patience(&self, asked: Instant, patience: Duration) -> Option<Instant> {
        let flights = self.flights();
        let since = flights.queue.is_empty().then(|| flights.done.max(asked))?;
        since.checked_add(patience)
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
    pub(in crate::gpu) fn note(&self, error: Error) {
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        if errors.len() < MAX_ERRORS {
            errors.push(error);
        }
        drop(errors);
        // Somebody may wait for it.
        self.state.send_modify(|_| {});
    }

    /// The errors that no call gave, since it was asked last.
    pub(in crate::gpu) fn noted(&self) -> Vec<Error> {
        std::mem::take(&mut *self.errors.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes that the loop of this number was left before its end.
    pub(super) fn left(&self, watch: &Watch, number: u32) {
        self.counters
            .refuse("loops", &format!("more than {} rounds for one invocation", watch.bounds.budget));
        let error = watch.told(number);
        self.note(Error { errno: Errno::Internal, ..error.clone() });
        self.left.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// Whether all loops came to their end, since it was asked last.
    ///
    /// # Errors
    /// One was left before.
    pub(in crate::gpu) fn ended(&self) -> Result<(), Error> {
        match self.left.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// When the submission that is at work has to be done.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let flights = self.flights();
        let (_, departed) = flights.queue.front()?;
        departed.max(&flights.done).checked_add(self.limit().0)
    }

    /// How long a submission may take now; and the time of all, where that is why it may not take longer.
    fn limit(&self) -> (Duration, Option<Duration>) {
        let Some(total) = self.total_time else { return (self.submission_time, None) };
        let left = total.saturating_sub(self.counters.gpu_time());
        if left < self.submission_time { (left, Some(total)) } else { (self.submission_time, None) }
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

/// What a guest may not have that used up the time of all its submissions.
pub(in crate::gpu) fn total_time(total: Duration) -> String {
    format!("more than {total:?} of GPU time")
}

#[cfg(test)]
mod tests;
