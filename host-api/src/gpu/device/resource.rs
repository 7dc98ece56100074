//! Things of a device, which its own thread drops: that may block.

use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::mpsc::{SendError, Sender};

use super::worker::Job;
use crate::gpu::meter::Taken;

/// Something of a device, with what it takes of its guest's quota.
#[derive(Debug)]
pub(in crate::gpu) struct Resource<T: Send + 'static> {
    /// There until this is dropped, or taken.
    inner: Option<T>,
    taken: Vec<Taken>,
    jobs: Sender<Job>,
}

impl<T: Send + 'static> Resource<T> {
    pub(super) fn new(inner: T, taken: Option<Taken>, jobs: Sender<Job>) -> Resource<T> {
        Resource::with(inner, taken.into_iter().collect(), jobs)
    }

    pub(super) fn with(inner: T, taken: Vec<Taken>, jobs: Sender<Job>) -> Resource<T> {
        Resource { inner: Some(inner), taken, jobs }
    }

    /// It, for who knows where to drop it.
    pub(in crate::gpu) fn take(mut self) -> Option<(T, Vec<Taken>)> {
        let inner = self.inner.take()?;
        Some((inner, mem::take(&mut self.taken)))
    }
}

impl<T: Send + 'static> Deref for Resource<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.inner {
            Some(inner) => inner,
            // Only `take` and `drop` leave none, and both have all of it.
            None => unreachable!("what was taken is not looked at"),
        }
    }
}

impl<T: Send + 'static> DerefMut for Resource<T> {
    fn deref_mut(&mut self) -> &mut T {
        match &mut self.inner {
            Some(inner) => inner,
            // As above.
            None => unreachable!("what was taken is not looked at"),
        }
    }
}

impl<T: Send + 'static> Drop for Resource<T> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        let taken = mem::take(&mut self.taken);
        let job: Job = Box::new(move |_| drop((inner, taken)));
        if let Err(SendError(job)) = self.jobs.send(job) {
            // The device was put aside for good: what drops its things may wait for ever.
            mem::forget(job);
        }
    }
}
