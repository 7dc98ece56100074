//! What a guest and who polls it tell each other. Both are on one thread, so that nobody ever waits for a lock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dayfly_core::{Ending, Refusal, Usage};
use dayfly_host_api::net::http::{Body, Wrong};
use http::Response;

use super::pace::Pace;
use super::tail::Tail;

/// One request, as far as both sides have to do with it.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    head: Mutex<Option<Head>>,
    over: Mutex<Option<Over>>,
    tails: [Mutex<Tail>; 2],
    /// Something was written since that was heard.
    unheard: AtomicBool,
    taken: AtomicBool,
    pub(super) pace: Pace,
}

/// How an answer begins, or why there is none.
pub(super) type Head = Result<Response<Body>, Wrong>;

/// What is known of a guest that is gone.
#[derive(Debug, Default)]
pub(super) struct Over {
    /// How it ended, where it came to its end.
    pub(super) ending: Option<Ending>,
    /// It left its answer without an end.
    pub(super) half: bool,
    /// Its processor time was used up.
    pub(super) spent: bool,
    /// How many requests its instance was given before.
    pub(super) reused: u32,
    pub(super) usage: Usage,
    pub(super) refusals: Vec<Refusal>,
    pub(super) warnings: Vec<String>,
}

impl Exchange {
    /// The guest's answer begins. A second one is not heard.
    pub(super) fn begin(&self, head: Head) {
        lock(&self.head).get_or_insert(head);
    }

    /// The beginning of the answer, once.
    pub(super) fn head(&self) -> Option<Head> {
        lock(&self.head).take()
    }

    /// The guest is gone.
    pub(super) fn end(&self, over: Over) {
        *lock(&self.over) = Some(over);
    }

    /// What is known of a guest that is gone; nothing, where there never was one.
    pub(super) fn over(&self) -> Over {
        lock(&self.over).take().unwrap_or_default()
    }

    /// The answer was taken as a whole: what becomes of the guest does not matter any more.
    pub(super) fn take(&self) {
        self.taken.store(true, Ordering::Relaxed);
    }

    /// Whether the answer was taken as a whole, and the guest was not over then.
    pub(super) fn was_taken(&self) -> bool {
        self.taken.load(Ordering::Relaxed)
    }

    /// Something was written to an output.
    pub(super) fn is_written(&self) {
        self.unheard.store(true, Ordering::Relaxed);
    }

    /// Whether something was written to an output since that was heard.
    pub(super) fn has_unheard(&self) -> bool {
        self.unheard.load(Ordering::Relaxed)
    }

    /// What was written is heard now.
    pub(super) fn is_heard(&self) {
        self.unheard.store(false, Ordering::Relaxed);
    }

    /// The end of standard output (0) or standard error (1).
    pub(super) fn tail(&self, stream: usize) -> MutexGuard<'_, Tail> {
        lock(&self.tails[stream])
    }
}

/// What is in there is right whatever panicked while it was locked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
