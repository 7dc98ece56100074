//! Instances that answer several requests, for functions whose job gives isolation up for speed.
//!
//! An instance lives on the thread that made it, and gets requests of that thread alone. It is polled in place by who waits
//! for an answer, so that a request that needs not wait takes no turn of anybody's, and else by a task of its own. It takes
//! a request only where it came to rest, and one of WASI 0.2 only one at a time.
//!
//! It ends when it has answered its share of requests; when its guest fails, and with it all requests that are in it; when
//! a request was given up, whose guest nobody else could stop, as soon as the others are answered; and when it has waited
//! for a while, or for less where somebody needs its room, or when nobody has its function any more. Limits of memory,
//! files, output and network hold for the instance, those of time for each request; of processor time a request is
//! charged all that its instance used meanwhile.

mod account;
mod driver;
mod instance;
mod seat;
mod visits;
mod wakes;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, ThreadId};

use super::prepare::{Places, Ready};
use super::report::Failed;
use instance::Instance;
pub(super) use seat::Seat;

/// The most requests that an instance answers at a time.
const AT_A_TIME: u32 = 16;

/// The instances of a function.
pub(super) struct Reused {
    ready: Arc<Ready>,
    /// How many requests each answers.
    requests: u32,
    instances: Mutex<HashMap<ThreadId, Vec<Arc<Instance>>>>,
}

/// The instances of all functions that share slots.
#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<Weak<Instance>>>);

impl Reused {
    pub(super) fn new(ready: Arc<Ready>, requests: u32) -> Reused {
        Reused { ready, requests, instances: Mutex::default() }
    }

    /// Waits for a seat in an instance of this thread, not for long.
    pub(super) async fn admit(&self) -> Result<(Places, Seat), Failed> {
        let places = self.ready.turn().await?;
        if let Some(seat) = self.seat() {
            return Ok((places, seat));
        }
        let room = self.ready.room().await?;
        // While this waited, one may have come to rest.
        if let Some(seat) = self.seat() {
            return Ok((places, seat));
        }
        let instance = Instance::new(self.ready.clone(), self.requests, room);
        let seat = instance.seat().ok_or_else(|| Failed::no_room("a new instance has no seat".to_owned()))?;
        self.ready.served.kept.add(&instance);
        lock(&self.instances).entry(thread::current().id()).or_default().push(instance.clone());
        tokio::spawn(driver::drive(instance));
        Ok((places, seat))
    }

    /// A seat in an instance of this thread that has one.
    fn seat(&self) -> Option<Seat> {
        let mut all = lock(&self.instances);
        let own = all.get_mut(&thread::current().id())?;
        own.retain(|instance| !instance.is_over());
        own.iter().find_map(Instance::seat)
    }
}

impl Drop for Reused {
    fn drop(&mut self) {
        let all = std::mem::take(&mut *lock(&self.instances));
        for instance in all.into_values().flatten() {
            instance.retire();
        }
    }
}

impl Kept {
    fn add(&self, instance: &Arc<Instance>) {
        let mut all = lock(&self.0);
        all.retain(|instance| instance.upgrade().is_some_and(|instance| !instance.is_over()));
        all.push(Arc::downgrade(instance));
    }

    /// Ends an instance that waits for requests, if there is one.
    pub(super) fn give_one_up(&self) {
        let idle = lock(&self.0).iter().filter_map(Weak::upgrade).find(|instance| instance.is_idle());
        if let Some(instance) = idle {
            instance.retire();
        }
    }
}

/// What is in there is right whatever panicked while it was locked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
