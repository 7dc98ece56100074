//! Processor time of a guest.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use dayfly_host_api::thread_cpu_time;

/// A guest's future that counts the processor time which this thread spends in it.
///
/// The thread's clock is read around each poll, so that waiting costs the guest nothing.
#[derive(Debug)]
pub(crate) struct Metered<F> {
    guest: Pin<Box<F>>,
}

impl<F: Future> Metered<F> {
    pub(crate) fn new(guest: F) -> Metered<F> {
        Metered { guest: Box::pin(guest) }
    }

    /// Polls the guest once, and adds the time that took to `spent`.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, spent: &mut Duration) -> Poll<F::Output> {
        let before = thread_cpu_time();
        let polled = self.guest.as_mut().poll(cx);
        *spent += thread_cpu_time().saturating_sub(before);
        polled
    }
}
