//! A stream that several handles lead to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::waiters::Waiters;

/// A handle to a stream; every clone is another handle to the same.
pub(super) struct Shared<T: Send + 'static> {
    stream: Arc<Stream<T>>,
    handle: u64,
    /// Whether somebody waits with this handle, or has.
    waited: AtomicBool,
}

/// What is woken for a stream wakes all who wait for it.
struct Stream<T> {
    stream: Mutex<T>,
    waiters: Waiters,
}

impl<T: Send + 'static> Shared<T> {
    /// The first handle to a stream.
    pub(super) fn new(stream: T) -> Shared<T> {
        Shared::of(Arc::new(Stream { stream: Mutex::new(stream), waiters: Waiters::default() }))
    }

    fn of(stream: Arc<Stream<T>>) -> Shared<T> {
        Shared { handle: stream.waiters.handle(), stream, waited: AtomicBool::new(false) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, T> {
        self.stream.stream.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.waited.store(true, Ordering::Relaxed);
        self.stream.waiters.remember(self.handle, cx.waker());
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
        let waker = Waker::from(self.stream.clone());
        act(&mut self.lock(), &mut Context::from_waker(&waker))
    }

    /// Has all others look again: they may have waited for what this handle just got, or for what it left.
    pub(super) fn tell_others(&self) {
        self.forget();
        self.stream.waiters.wake_all();
    }

    fn forget(&self) {
        if self.waited.load(Ordering::Relaxed) {
            self.stream.waiters.forget(self.handle);
        }
    }

    /// How many wait.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.stream.waiters.count()
    }
}

impl<T: Send + 'static> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        Shared::of(self.stream.clone())
    }
}

impl<T: Send + 'static> Drop for Shared<T> {
    fn drop(&mut self) {
        self.forget();
    }
}

impl<T: Send + 'static> Wake for Stream<T> {
    fn wake(self: Arc<Self>) {
        self.waiters.wake_all();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.waiters.wake_all();
    }
}
