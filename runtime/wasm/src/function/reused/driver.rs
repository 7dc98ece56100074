//! The task that polls an instance when nobody else does, and ends it when it is not needed any more.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::time::{Instant, sleep, sleep_until};

use super::instance::Instance;

/// Ends the instance, too, where the task is not polled to its end.
struct Last(Arc<Instance>);

impl Drop for Last {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// Polls an instance for as long as it lives.
pub(super) async fn drive(instance: Arc<Instance>) {
    let instance = Last(instance);
    let Last(instance) = &instance;
    let most = instance.ready().served.idle;
    let mut idle = pin!(sleep(most));
    poll_fn(|cx| {
        instance.wakes().driver.register(cx.waker());
        if instance.wakes().is_woken() {
            // Requests that are in it keep the clock going. Without any, nothing else would make the guest yield.
            match instance.ready().served.ticker.start() {
                Ok(_ticking) => instance.poll(),
                Err(_) => instance.abandon(),
            }
        }
        if instance.is_over() {
            return Poll::Ready(());
        }
        while idle.as_mut().poll(cx).is_ready() {
            let until = instance.idle_since().map_or_else(Instant::now, Instant::from_std) + most;
            if until <= Instant::now() {
                instance.retire();
                return Poll::Ready(());
            }
            idle.set(sleep_until(until));
        }
        Poll::Pending
    })
    .await;
}
