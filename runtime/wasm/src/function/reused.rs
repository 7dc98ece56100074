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
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Poll;
use std::thread::{self, ThreadId};

use dayfly_host_api::slots::Taken;
use tokio::sync::Notify;

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
    threads: Mutex<HashMap<ThreadId, Own>>,
}

/// The instances of a function that one thread has.
#[derive(Default)]
struct Own {
    instances: Vec<Arc<Instance>>,
    /// Wakes one that waits for a seat.
    freed: Arc<Notify>,
}

/// Where a request goes.
enum Place {
    Seat(Seat),
    Room(Taken),
}

/// The instances of all functions that share slots.
#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<Weak<Instance>>>);

impl Reused {
    pub(super) fn new(ready: Arc<Ready>, requests: u32) -> Reused {
        Reused { ready, requests, threads: Mutex::default() }
    }

    /// Waits for a seat in an instance of this thread, not for long.
    pub(super) async fn admit(&self) -> Result<(Places, Seat), Failed> {
        let places = self.ready.turn().await?;
        if let Some(seat) = self.seat() {
            return Ok((places, seat));
        }
        let room = match self.seat_or_room().await? {
            Place::Seat(seat) => return Ok((places, seat)),
            Place::Room(room) => room,
        };
        let instance = Instance::new(self.ready.clone(), self.requests, room, self.freed());
        let seat = instance.seat().ok_or_else(|| Failed::no_room("a new instance has no seat".to_owned()))?;
        self.ready.served.kept.add(&instance);
        lock(&self.threads).entry(thread::current().id()).or_default().instances.push(instance.clone());
        seat.tell_others();
        tokio::spawn(driver::drive(instance));
        Ok((places, seat))
    }

    /// A seat in an instance that is there, or room for one more.
    async fn seat_or_room(&self) -> Result<Place, Failed> {
        let notify = self.freed();
        let (mut freed, mut room) = (pin!(notify.notified()), pin!(self.ready.room()));
        poll_fn(|cx| {
            loop {
                if let Some(seat) = self.seat() {
                    seat.tell_others();
                    return Poll::Ready(Ok(Place::Seat(seat)));
                }
                if let Poll::Ready(room) = room.as_mut().poll(cx) {
                    return Poll::Ready(room.map(Place::Room));
                }
                std::task::ready!(freed.as_mut().poll(cx));
                freed.set(notify.notified());
            }
        })
        .await
    }

    /// A seat in an instance of this thread that has one.
    fn seat(&self) -> Option<Seat> {
        let mut threads = lock(&self.threads);
        let own = threads.get_mut(&thread::current().id())?;
        own.instances.retain(|instance| !instance.is_over());
        own.instances.iter().find_map(Instance::seat)
    }

    /// What says that there may be a seat in an instance of this thread.
    fn freed(&self) -> Arc<Notify> {
        lock(&self.threads).entry(thread::current().id()).or_default().freed.clone()
    }
}

impl Drop for Reused {
    fn drop(&mut self) {
        let all = std::mem::take(&mut *lock(&self.threads));
        for instance in all.into_values().flat_map(|own| own.instances) {
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
