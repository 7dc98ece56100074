//! How many guests a process has room for.

use std::sync::Arc;
use std::time::Duration;

use dayfly_spec::model::Located;
use rustix::process::{Resource, getrlimit};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

use crate::Error;

/// Files that one guest takes before it has opened any: its folder, its streams, its private space, and what its
/// thread waits with.
const FILES_OF_A_GUEST: usize = 10;
/// Files that every guest may open, however many the others have.
const OWN_FILES: usize = 6;
/// Files that are left to everybody else in the process.
const FILES_OF_OTHERS: usize = 100;
/// The most guests that run at a time, however many files there may be: each has a thread, and some of the mappings of
/// memory of which a process has 65,530.
const MAX_GUESTS: usize = 4_096;

/// How many guests run at a time, and what they share: the files that this process may have open. A guest that opens
/// all that it can leaves the others, and the process itself, what they need.
#[derive(Debug)]
pub(crate) struct Capacity {
    pub(crate) guests: usize,
    turns: Semaphore,
    files: SharedFiles,
}

/// The open files that guests share.
#[derive(Clone, Debug)]
pub struct SharedFiles {
    /// How many each guest may open without asking.
    pub own: usize,
    /// Each further one takes a permit from here, and gives it back when it is closed.
    pub left: Arc<Semaphore>,
}

impl Capacity {
    /// Room for this many guests; for as many as the process may have files for where nobody says.
    pub(crate) fn new(guests: Option<usize>) -> Capacity {
        let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        let files = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(FILES_OF_OTHERS);
        let each = FILES_OF_A_GUEST + OWN_FILES;
        // An eighth is left for guests that open more.
        let fit = (files / 8 * 7 / each).clamp(1, MAX_GUESTS);
        let guests = guests.map_or(fit, |guests| guests.clamp(1, MAX_GUESTS));
        let left = files.saturating_sub(guests * each).min(Semaphore::MAX_PERMITS);
        let files = SharedFiles { own: OWN_FILES, left: Arc::new(Semaphore::new(left)) };
        Capacity { guests, turns: Semaphore::new(guests), files }
    }

    /// Waits for the turn of one more guest, for as long as `queue` allows where it says something.
    ///
    /// # Errors
    /// It was cancelled meanwhile, or waited as long as it may.
    pub(crate) async fn turn(
        &self,
        cancel: &CancellationToken,
        queue: Option<&Located<Duration>>,
    ) -> Result<SemaphorePermit<'_>, Error> {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        if let Ok(turn) = self.turns.try_acquire() {
            return Ok(turn);
        }
        let over = async {
            match queue {
                Some(queue) => {
                    tokio::time::sleep(queue.value).await;
                    Error::TimedOut(self.full(queue))
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Error::Cancelled),
            turn = self.turns.acquire() => turn.map_err(|error| Error::Fault(error.to_string())),
            error = over => Err(error),
        }
    }

    /// That there was no turn for a guest in its time.
    fn full(&self, queue: &Located<Duration>) -> String {
        let (guests, change) = (self.guests, queue.origin.quoted());
        let many = if guests == 1 { "another guest runs".to_owned() } else { format!("{guests} guests run") };
        if queue.value.is_zero() {
            return format!("{many}, no more may at a time, and {change} is not to wait");
        }
        let waited = humantime::format_duration(queue.value);
        format!("waited {waited} for its turn: {many}, and no more may at a time; {change} sets the limit")
    }

    /// The open files that the guests share.
    pub(crate) fn files(&self) -> SharedFiles {
        self.files.clone()
    }
}

#[cfg(test)]
mod tests {
    use dayfly_spec::model::Origin;

    use super::*;

    #[tokio::test]
    async fn a_turn_is_waited_for_as_long_as_the_queue_allows() {
        let (capacity, cancel) = (Capacity::new(Some(1)), CancellationToken::new());
        let queue = |milliseconds| {
            Located::new(Duration::from_millis(milliseconds), Origin::unwritten("QueueTimeout"))
        };
        let turn = capacity.turn(&cancel, Some(&queue(0))).await.unwrap();
        for (time, says) in [(0, "is not to wait"), (20, "waited 20ms for its turn")] {
            let error = capacity.turn(&cancel, Some(&queue(time))).await.unwrap_err();
            assert!(matches!(&error, Error::TimedOut(why) if why.contains(says)), "{error}");
            assert_eq!(error.failure().exit_code, 124);
        }
        let (long, none) = (queue(60_000), None);
        for queue in [Some(&long), none] {
            let (second, ()) = tokio::join!(capacity.turn(&cancel, queue), async {
                tokio::task::yield_now().await;
                cancel.cancel();
            });
            assert!(matches!(second, Err(Error::Cancelled)));
        }
        drop(turn);
        assert!(capacity.turn(&CancellationToken::new(), None).await.is_ok());
    }
}
