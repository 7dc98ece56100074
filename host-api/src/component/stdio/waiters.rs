//! Who waits for a stream.

use std::collections::BTreeMap;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// All who wait for a stream, one for each of its handles: what the stream comes from or goes to remembers only who
/// asked last, and is therefore told to wake all of them.
#[derive(Default)]
pub(super) struct Waiters {
    waiting: Mutex<BTreeMap<u64, Waker>>,
    handles: AtomicU64,
}

impl Waiters {
    /// A number for a new handle.
    pub(super) fn handle(&self) -> u64 {
        self.handles.fetch_add(1, Ordering::Relaxed)
    }

    /// Remembers who waits with a handle.
    pub(super) fn remember(&self, handle: u64, waker: &Waker) {
        self.lock().insert(handle, waker.clone());
    }

    /// Forgets who waits with a handle.
    pub(super) fn forget(&self, handle: u64) {
        self.lock().remove(&handle);
    }

    /// Has all look again.
    pub(super) fn wake_all(&self) {
        // Whoever is woken may come back at once.
        let waiting = mem::take(&mut *self.lock());
        waiting.into_values().for_each(Waker::wake);
    }

    /// How many wait.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Waker>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Waiters {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wake_all();
    }
}
