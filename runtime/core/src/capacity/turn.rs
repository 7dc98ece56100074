//! Whose turn it is: how many guests run, and how much memory they may take together.

use std::sync::Arc;
use std::time::Duration;

use dayfly_spec::model::Located;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::Capacity;
use crate::{Error, Machine};

/// Memory is shared out in units of so many bytes.
const UNIT: u64 = 1 << 20;

/// The memory that guests share.
#[derive(Debug)]
pub(super) struct Memory {
    units: u32,
    free: Arc<Semaphore>,
}

/// A guest's turn. To be kept until nothing of the guest is left.
#[derive(Debug)]
pub(crate) struct Turn {
    _guest: OwnedSemaphorePermit,
    _memory: OwnedSemaphorePermit,
}

impl Memory {
    pub(super) fn of(machine: &Machine) -> Memory {
        let most = u32::try_from(Semaphore::MAX_PERMITS).unwrap_or(u32::MAX);
        let units = u32::try_from(machine.memory() / UNIT).unwrap_or(most).clamp(1, most);
        Memory { units, free: Arc::new(Semaphore::new(units as usize)) }
    }

    /// The units of a guest that may take so many bytes; more than there is means all of it.
    fn units(&self, bytes: u64) -> u32 {
        u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX).clamp(1, self.units)
    }
}

impl Capacity {
    /// Waits for the turn of one more guest, which may take so many bytes of memory, for as long as `queue` allows where
    /// it says something. Guests that run at a time never may take more memory than there is, all together. They come
    /// in the order in which they ask.
    ///
    /// # Errors
    /// It was cancelled meanwhile, or waited as long as it may.
    pub(crate) async fn turn(
        &self,
        memory: u64,
        cancel: &CancellationToken,
        queue: Option<&Located<Duration>>,
    ) -> Result<Turn, Error> {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let shared = self.memory();
        let units = shared.units(memory);
        if let Ok(guest) = self.turns.clone().try_acquire_owned()
            && let Ok(memory) = shared.free.clone().try_acquire_many_owned(units)
        {
            return Ok(Turn { _guest: guest, _memory: memory });
        }
        let turn = async {
            let guest = self.turns.clone().acquire_owned().await?;
            let memory = shared.free.clone().acquire_many_owned(units).await?;
            Ok(Turn { _guest: guest, _memory: memory })
        };
        let over = async {
            match queue {
                Some(queue) => {
                    tokio::time::sleep(queue.value).await;
                    Error::TimedOut(self.full(memory, queue))
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Error::Cancelled),
            turn = turn => turn.map_err(|error: AcquireError| Error::Fault(error.to_string())),
            error = over => Err(error),
        }
    }

    /// That there was no turn in its time for a guest that may take so many bytes of memory.
    fn full(&self, memory: u64, queue: &Located<Duration>) -> String {
        let change = queue.origin.quoted();
        let why = match (self.turns.available_permits(), self.guests) {
            (0, 1) => "another guest runs, and no more may at a time".to_owned(),
            (0, guests) => format!("{guests} guests run, and no more may at a time"),
            _ => {
                let free = self.memory().free.available_permits() as u64 * UNIT;
                format!("it may take {memory} bytes of memory, and the guests that run leave {free}")
            }
        };
        if queue.value.is_zero() {
            return format!("there is no turn for the guest now, and {change} is not to wait: {why}");
        }
        let waited = humantime::format_duration(queue.value);
        format!("waited {waited} for its turn: {why}; {change} sets the limit")
    }
}

#[cfg(test)]
mod tests {
    use dayfly_spec::model::Origin;

    use super::*;

    const MB: u64 = 1_000_000;

    fn queue(milliseconds: u64) -> Located<Duration> {
        Located::new(Duration::from_millis(milliseconds), Origin::unwritten("QueueTimeout"))
    }

    /// A turn, if there is one at once.
    async fn now(capacity: &Capacity, memory: u64) -> Option<Turn> {
        capacity.turn(memory, &CancellationToken::new(), Some(&queue(0))).await.ok()
    }

    #[tokio::test]
    async fn a_turn_is_waited_for_as_long_as_the_queue_allows() {
        let (capacity, cancel) = (Capacity::new(Some(1), Machine::this()), CancellationToken::new());
        let turn = capacity.turn(MB, &cancel, Some(&queue(0))).await.unwrap();
        for (time, says) in [(0, "is not to wait: another guest runs"), (20, "waited 20ms for its turn")] {
            let error = capacity.turn(MB, &cancel, Some(&queue(time))).await.unwrap_err();
            assert!(matches!(&error, Error::TimedOut(why) if why.contains(says)), "{error}");
            assert_eq!(error.failure().exit_code, 124);
        }
        let (long, none) = (queue(60_000), None);
        for queue in [Some(&long), none] {
            let (second, ()) = tokio::join!(capacity.turn(MB, &cancel, queue), async {
                tokio::task::yield_now().await;
                cancel.cancel();
            });
            assert!(matches!(second, Err(Error::Cancelled)));
        }
        drop(turn);
        assert!(capacity.turn(MB, &CancellationToken::new(), None).await.is_ok());
    }

    #[tokio::test]
    async fn guests_together_never_may_take_more_memory_than_there_is() {
        let capacity = Capacity::new(Some(10), Machine::this().with_memory(1000 * MB));
        let first = now(&capacity, 600 * MB).await.unwrap();
        let error = capacity.turn(600 * MB, &CancellationToken::new(), Some(&queue(5))).await.unwrap_err();
        assert!(
            error.to_string().contains("600000000 bytes of memory, and the guests that run leave"),
            "{error}"
        );
        let second = now(&capacity, 300 * MB).await.unwrap();
        drop(first);
        assert!(now(&capacity, 600 * MB).await.is_some());
        drop(second);
        // More than there is means all of it: who asks for more by name is refused before.
        let all = now(&capacity, 5000 * MB).await.unwrap();
        assert!(now(&capacity, 1).await.is_none());
        drop(all);
        assert!(now(&capacity, 1).await.is_some());
    }

    #[tokio::test]
    async fn many_small_guests_do_not_keep_a_large_one_waiting_for_ever() {
        let capacity = Arc::new(Capacity::new(Some(10), Machine::this().with_memory(1000 * MB)));
        let small = now(&capacity, 400 * MB).await.unwrap();
        let large = {
            let capacity = capacity.clone();
            tokio::spawn(
                async move { capacity.turn(900 * MB, &CancellationToken::new(), None).await.map(drop) },
            )
        };
        tokio::task::yield_now().await;
        // There would be room, and the large one asked before.
        assert!(now(&capacity, 100 * MB).await.is_none());
        drop(small);
        large.await.unwrap().unwrap();
        assert!(now(&capacity, 100 * MB).await.is_some());
    }
}
