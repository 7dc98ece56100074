//! Errors of a device that no scope caught, and those who hear of them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
#[cfg(feature = "wasi03")]
use std::sync::{Mutex, PoisonError};

#[cfg(feature = "wasi03")]
use tokio::sync::mpsc;
use tokio::sync::watch;
use wasmtime_wasi::p2::Pollable;

use super::opened::Opened;
use crate::gpu::Error;
use crate::gpu::device::Shared;

/// Errors that wait for a guest that asks for them. Later ones are lost, as they are where it never asks.
#[cfg(feature = "wasi03")]
const MOST: usize = 64;

/// Errors that no scope caught.
#[derive(Debug)]
pub(super) struct Uncaught {
    /// How many there were.
    count: watch::Sender<u64>,
    /// How many of them were there when somebody was last told.
    told: AtomicU64,
    #[cfg(feature = "wasi03")]
    sends: mpsc::Sender<Error>,
    /// Until somebody asks for them.
    #[cfg(feature = "wasi03")]
    hears: Mutex<Option<mpsc::Receiver<Error>>>,
}

impl Uncaught {
    pub(super) fn new() -> Uncaught {
        #[cfg(feature = "wasi03")]
        let (sends, hears) = mpsc::channel(MOST);
        Uncaught {
            count: watch::Sender::new(0),
            told: AtomicU64::new(0),
            #[cfg(feature = "wasi03")]
            sends,
            #[cfg(feature = "wasi03")]
            hears: Mutex::new(Some(hears)),
        }
    }

    /// One more.
    pub(super) fn add(&self, error: Error) {
        self.count.send_modify(|count| *count += 1);
        // Nobody may hear, or too late.
        #[cfg(feature = "wasi03")]
        let _ = self.sends.try_send(error);
        #[cfg(not(feature = "wasi03"))]
        drop(error);
    }

    /// All of them, for who asks first.
    #[cfg(feature = "wasi03")]
    pub(super) fn errors(&self) -> Option<mpsc::Receiver<Error>> {
        self.hears.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Waits for errors that no scope caught, besides those that others have told of before it was made.
///
/// It stays ready: the first text has nothing by which its guest could take an error. A later one is told of by another
/// subscription.
pub(super) struct Subscription {
    /// Not the device itself: that is to go when its guest lets go of it.
    opened: Weak<Opened>,
    shared: Arc<Shared>,
    count: watch::Receiver<u64>,
    /// How many are not news.
    known: u64,
}

impl Subscription {
    pub(super) fn new(opened: &Arc<Opened>) -> Subscription {
        Subscription {
            shared: opened.device.shared.clone(),
            count: opened.uncaught.count.subscribe(),
            known: opened.uncaught.told.load(Ordering::Acquire),
            opened: Arc::downgrade(opened),
        }
    }

    /// Whether there is one now, or there never is one any more: the device is lost, or gone.
    fn is_ready(&mut self) -> bool {
        let Some(opened) = self.opened.upgrade() else { return true };
        opened.hear();
        let count = *self.count.borrow_and_update();
        if count > self.known {
            opened.uncaught.told.fetch_max(count, Ordering::AcqRel);
            return true;
        }
        self.shared.check().is_err()
    }
}

#[async_trait::async_trait]
impl Pollable for Subscription {
    async fn ready(&mut self) {
        while !self.is_ready() {
            tokio::select! {
                // The sender is gone with its device.
                _ = self.count.changed() => {}
                () = self.shared.troubled() => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::component::label::Label;
    use crate::gpu::device::Filter;
    use crate::gpu::{Context, Gpus, Quotas, guest, ready};

    async fn opened(context: &mut Context) -> Arc<Opened> {
        let features = wgpu::Features::empty();
        let limits = guest::wanted_limits(context.adapter(0).unwrap(), features, &[]).unwrap();
        let device = context.open_with(0, features, limits).unwrap().await.unwrap();
        Opened::new(device, 0, Label::default())
    }

    #[test]
    fn who_waits_hears_of_what_no_call_gave() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let mut context = Context::new(Gpus::noop(Quotas::default()).reserve(1).unwrap());
            let opened = opened(&mut context).await;
            let shared = opened.device.shared.clone();
            let mut first = Subscription::new(&opened);
            assert!(ready(first.ready()).is_none());
            let later = async {
                tokio::task::yield_now().await;
                shared.note(Error::internal("late"));
            };
            tokio::join!(first.ready(), later);
            assert!(ready(first.ready()).is_some(), "it stays ready");
            let mut second = Subscription::new(&opened);
            assert!(ready(second.ready()).is_none(), "that one was told of");
            opened.device.push_scope(Filter::Internal).unwrap();
            shared.note(Error::internal("caught"));
            assert!(ready(second.ready()).is_none(), "a scope caught it");
            opened.raise(Error::validation("not caught"));
            assert!(ready(second.ready()).is_some());
            let mut third = Subscription::new(&opened);
            assert!(ready(third.ready()).is_none());
            drop(opened);
            third.ready().await;
        });
    }
}
