//! Whose turn it is: how many guests run, and how much memory they may take together.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dayfly_spec::model::Located;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::Capacity;
use super::memory::Reservation;
use crate::Error;

/// A guest's turn. To be kept until nothing of the guest is left.
#[derive(Debug)]
pub(crate) struct Turn {
    _memory: Reservation,
    _guest: OwnedSemaphorePermit,
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
        let waits_for_memory = AtomicBool::new(false);
        let turn = async {
            let guest = self.turns.clone().acquire_owned().await.ok()?;
            waits_for_memory.store(true, Ordering::Relaxed);
            let memory = self.memory.reserve(memory).await?;
            Some(Turn { _memory: memory, _guest: guest })
        };
        let over = async {
            match queue {
                Some(queue) => {
                    tokio::time::sleep(queue.value).await;
                    let memory = waits_for_memory.load(Ordering::Relaxed).then_some(memory);
                    Error::TimedOut(self.full(memory, queue))
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Error::Cancelled),
            turn = turn => turn.ok_or_else(|| Error::Fault("nobody gives turns any more".to_owned())),
            error = over => Err(error),
        }
    }

    /// That there was no turn in its time for a guest, or no memory, of which it may take so many bytes.
    fn full(&self, memory: Option<u64>, queue: &Located<Duration>) -> String {
        let change = queue.origin.quoted();
        let why = match (memory, self.guests) {
            (None, 1) => "another guest runs, and no more may at a time".to_owned(),
            (None, guests) => format!("{guests} guests run, and no more may at a time"),
            (Some(memory), _) => {
                let free = self.memory.free();
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
    use crate::Machine;

    const MB: u64 = 1_000_000;

    fn queue(milliseconds: u64) -> Located<Duration> {
        Located::new(Duration::from_millis(milliseconds), Origin::unwritten("QueueTimeout"))
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
        let capacity = Capacity::new(Some(2), Machine::this().with_memory(10 * MB));
        let turn = capacity.turn(6 * MB, &CancellationToken::new(), None).await.unwrap();
        let error = capacity.turn(6 * MB, &CancellationToken::new(), Some(&queue(5))).await.unwrap_err();
        assert!(
            error.to_string().contains("6000000 bytes of memory, and the guests that run leave 4000000"),
            "{error}"
        );
        drop(turn);
        assert!(capacity.turn(MB, &CancellationToken::new(), None).await.is_ok());
    }
}
