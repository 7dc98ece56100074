//! Waiting for a guest, for no longer than it may take.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::cpu::Metered;
use crate::ending::Stopped;
use crate::interrupt::Watch;

/// Polls a guest until it is done, or is stopped by being dropped. It is never long until it is asked whether to: a guest
/// that computes is interrupted, and one that waits lets others go on.
///
/// Nothing is registered to be woken by before the guest waits for the first time: many never do, and a timer costs more
/// than their instantiation.
pub(super) async fn until_stopped<T>(
    guest: impl Future<Output = T>,
    watch: Option<&Watch>,
    timeout: Option<Duration>,
    cancel: &CancellationToken,
    cpu: &mut Duration,
) -> Result<T, Stopped> {
    let mut guest = Metered::new(guest);
    let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let mut cancelled = pin!(cancel.cancelled());
    let mut over = pin!(async {
        match deadline {
            Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
            None => std::future::pending().await,
        }
    });
    poll_fn(|cx| {
        if cancel.is_cancelled() {
            return Poll::Ready(Err(Stopped::Cancelled));
        }
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Poll::Ready(Err(Stopped::TimedOut));
        }
        let mut poll = || guest.poll(cx, cpu).map(Ok);
        let polled = match watch {
            Some(watch) => watch.during(poll),
            None => poll(),
        };
        if polled.is_ready() {
            return polled;
        }
        if cancelled.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(Stopped::Cancelled));
        }
        if let Some(Poll::Ready(stopped)) = watch.map(|watch| watch.poll_spent(cx)) {
            return Poll::Ready(Err(stopped));
        }
        over.as_mut().poll(cx).map(|()| Err(Stopped::TimedOut))
    })
    .await
}
