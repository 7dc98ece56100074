//! The memory of the machine, as guests share it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::Machine;

/// The memory that guests share: those that run at a time never may take more than there is, all together. They come in
/// the order in which they ask, so that many small ones don't keep a large one waiting for ever.
///
/// How much there is is not asked for before a second guest comes: that takes more calls of the system than many a guest
/// makes itself.
#[derive(Debug)]
pub(super) struct Memory {
    machine: Arc<Machine>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    guests: usize,
    reserved: u64,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    bytes: u64,
    turn: oneshot::Sender<Reservation>,
}

/// Lets those go on that have room, when it is dropped.
struct Call<'a>(&'a Arc<Memory>);

/// Memory that one guest may take. It is the others' again when this is dropped.
#[derive(Debug)]
pub(super) struct Reservation {
    memory: Arc<Memory>,
    bytes: u64,
}

impl Memory {
    pub(super) fn of(machine: Arc<Machine>) -> Memory {
        Memory { machine, state: Mutex::default() }
    }

    /// What there is for guests.
    pub(super) fn machine(&self) -> &Arc<Machine> {
        &self.machine
    }

    /// What the guests that run leave, in bytes.
    pub(super) fn free(&self) -> u64 {
        self.machine.memory().saturating_sub(self.lock().reserved)
    }

    /// Memory for one more guest, once there is some. Who no longer waits for it has none.
    pub(super) async fn reserve(self: &Arc<Memory>, bytes: u64) -> Option<Reservation> {
        let waiting = {
            let mut state = self.lock();
            if state.waiting.is_empty() && self.fits(&state, bytes) {
                return Some(self.take(&mut state, bytes));
            }
            let (turn, comes) = oneshot::channel();
            state.waiting.push_back(Waiting { bytes, turn });
            // Dropped after what waits: who gives up lets those behind it pass.
            (Call(self), comes)
        };
        let (_call, comes) = waiting;
        comes.await.ok()
    }

    /// Whether there is room for a guest. One that would take all, or more, has it when it is the only one.
    fn fits(&self, state: &State, bytes: u64) -> bool {
        state.guests == 0 || state.reserved.saturating_add(bytes) <= self.machine.memory()
    }

    fn take(self: &Arc<Memory>, state: &mut State, bytes: u64) -> Reservation {
        state.guests += 1;
        state.reserved = state.reserved.saturating_add(bytes);
        Reservation { memory: self.clone(), bytes }
    }

    /// Lets those go on that have room now.
    fn call(self: &Arc<Memory>) {
        loop {
            let mut state = self.lock();
            while state.waiting.front().is_some_and(|first| first.turn.is_closed()) {
                state.waiting.pop_front();
            }
            let Some(first) = state.waiting.front() else { return };
            if !self.fits(&state, first.bytes) {
                return;
            }
            let Some(Waiting { bytes, turn }) = state.waiting.pop_front() else { return };
            let reservation = self.take(&mut state, bytes);
            // Not under the lock: who no longer waits drops it.
            drop(state);
            drop(turn.send(reservation));
        }
    }

    /// The numbers are right whatever panicked while it held the lock.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        {
            let mut state = self.memory.lock();
            state.guests -= 1;
            state.reserved = state.reserved.saturating_sub(self.bytes);
        }
        self.memory.call();
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.call();
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    const MB: u64 = 1_000_000;

    fn memory(bytes: u64) -> Arc<Memory> {
        Arc::new(Memory::of(Arc::new(Machine::this().with_memory(bytes))))
    }

    /// Memory for a guest, if there is some at once.
    fn now(memory: &Arc<Memory>, bytes: u64) -> Option<Reservation> {
        let reserve = pin!(memory.reserve(bytes));
        match reserve.poll(&mut Context::from_waker(Waker::noop())) {
            std::task::Poll::Ready(reserved) => reserved,
            std::task::Poll::Pending => None,
        }
    }

    #[test]
    fn guests_together_never_may_take_more_than_there_is() {
        let memory = memory(1000 * MB);
        let first = now(&memory, 600 * MB).unwrap();
        assert!(now(&memory, 401 * MB).is_none());
        let second = now(&memory, 400 * MB).unwrap();
        assert_eq!(memory.free(), 0);
        drop(first);
        assert!(now(&memory, 600 * MB).is_some());
        drop(second);
        // Who takes all of it is alone; who asks for more by name is refused before.
        let all = now(&memory, 5000 * MB).unwrap();
        assert!(now(&memory, 1).is_none());
        drop(all);
        assert!(now(&memory, 1).is_some());
        assert_eq!(memory.free(), 1000 * MB);
    }

    #[tokio::test]
    async fn many_small_guests_do_not_keep_a_large_one_waiting_for_ever() {
        let memory = memory(1000 * MB);
        let small = now(&memory, 400 * MB).unwrap();
        let large = tokio::spawn({
            let memory = memory.clone();
            async move { memory.reserve(900 * MB).await }
        });
        tokio::task::yield_now().await;
        // There would be room, and the large one asked before.
        let other = tokio::spawn({
            let memory = memory.clone();
            async move { memory.reserve(100 * MB).await }
        });
        tokio::task::yield_now().await;
        assert!(!other.is_finished());
        drop(small);
        let large = large.await.unwrap().unwrap();
        drop(other.await.unwrap().unwrap());
        drop(large);
        assert_eq!(memory.free(), 1000 * MB);
    }

    #[tokio::test]
    async fn who_gives_up_waiting_is_in_nobodys_way_and_takes_nothing() {
        let memory = memory(1000 * MB);
        let first = now(&memory, 900 * MB).unwrap();
        let large = tokio::spawn({
            let memory = memory.clone();
            async move { memory.reserve(1000 * MB).await }
        });
        let small = tokio::spawn({
            let memory = memory.clone();
            async move { memory.reserve(100 * MB).await }
        });
        tokio::task::yield_now().await;
        large.abort();
        assert!(large.await.unwrap_err().is_cancelled());
        // It lets the one behind it pass, which no guest's end does here.
        assert!(small.await.unwrap().is_some());
        drop(first);
        assert_eq!(memory.free(), 1000 * MB);
    }
}
