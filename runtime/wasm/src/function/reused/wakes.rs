//! Who is woken when an instance has something to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Wake;
use std::thread;

use futures_util::task::AtomicWaker;

/// What wakes an instance: it is noted, and the instance's own task woken, unless the instance is being polled. Who polls
/// it looks afterwards.
#[derive(Debug, Default)]
pub(super) struct Wakes {
    woken: AtomicBool,
    polled: AtomicBool,
    pub(super) driver: AtomicWaker,
}

/// It is being polled.
pub(super) struct Polling<'a>(&'a Wakes);

impl Wakes {
    /// There is something to do, for who is about to poll it.
    pub(super) fn note(&self) {
        self.woken.store(true, Ordering::SeqCst);
    }

    /// Whether there is something to do.
    pub(super) fn is_woken(&self) -> bool {
        self.woken.load(Ordering::SeqCst)
    }

    /// From here on it is polled, and everything that woke it is looked at, until what this gives is dropped.
    pub(super) fn begin(&self) -> Polling<'_> {
        self.polled.store(true, Ordering::SeqCst);
        self.looked();
        Polling(self)
    }

    /// Everything that woke it so far is looked at from here on.
    pub(super) fn looked(&self) {
        self.woken.store(false, Ordering::SeqCst);
    }
}

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        // Either this is before a wake, which then wakes the driver, or whoever polled it sees that.
        self.0.polled.store(false, Ordering::SeqCst);
        if thread::panicking() {
            self.0.note();
            self.0.driver.wake();
        }
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.note();
        if !self.polled.load(Ordering::SeqCst) {
            self.driver.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::task::Waker;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn a_wake_is_seen_by_who_polls_and_wakes_the_task_otherwise() {
        let (wakes, count) = (Arc::<Wakes>::default(), Arc::<Count>::default());
        wakes.driver.register(&Waker::from(count.clone()));
        let waker = Waker::from(wakes.clone());
        let polling = wakes.begin();
        waker.wake_by_ref();
        assert!(wakes.is_woken());
        wakes.looked();
        assert!(!wakes.is_woken());
        drop(polling);
        assert_eq!(count.0.load(Ordering::SeqCst), 0);
        waker.wake();
        assert!(wakes.is_woken());
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
    }
}
