//! A stream that several handles lead to.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::waiters::Waiters;

/// A handle to a stream; every clone is another handle to the same.
pub(super) struct Shared<T> {
    stream: Arc<Mutex<T>>,
    waiters: Arc<Waiters>,
    handle: u64,
}

impl<T> Shared<T> {
    /// The first handle to a stream.
    pub(super) fn new(stream: T) -> Shared<T> {
        let waiters = Arc::new(Waiters::default());
        Shared { stream: Arc::new(Mutex::new(stream)), handle: waiters.handle(), waiters }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, T> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Polls the stream for who waits with this handle.
    pub(super) fn poll<R>(
        &self,
        cx: &mut Context<'_>,
        mut poll: impl FnMut(&mut T, &mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        let polled = self.poll_now(&mut poll);
        if polled.is_ready() {
            return polled;
        }
        self.waiters.remember(self.handle, cx.waker());
        // What happened before somebody was there to be woken.
        self.poll_now(poll)
    }

    /// Polls the stream for nobody: who waits comes again.
    pub(super) fn poll_now<R>(&self, poll: impl FnOnce(&mut T, &mut Context<'_>) -> Poll<R>) -> Poll<R> {
        let polled = self.now(poll);
        if polled.is_ready() {
            self.tell_others();
        }
        polled
    }

    /// Does something with the stream that won't wait.
    pub(super) fn now<R>(&self, act: impl FnOnce(&mut T, &mut Context<'_>) -> R) -> R {
        let waker = Waker::from(self.waiters.clone());
        act(&mut self.lock(), &mut Context::from_waker(&waker))
    }

    /// Has all others look again: they may have waited for what this handle just got, or for what it left.
    pub(super) fn tell_others(&self) {
        self.waiters.forget(self.handle);
        self.waiters.wake_all();
    }

    /// How many wait.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.waiters.count()
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        Shared { stream: self.stream.clone(), handle: self.waiters.handle(), waiters: self.waiters.clone() }
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        self.waiters.forget(self.handle);
    }
}
