//! A request in an instance that has others, too.

use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use dayfly_core::Ending;
use dayfly_host_api::net::http::{Visit, received};
use futures_util::task::AtomicWaker;
use http::Request;
use http_body::Body;

use super::super::exchange::{Exchange, Over};
use super::instance::Instance;

/// A place for one request in an instance, and when it was asked, the request. It is over when the request is. To drop it
/// is to give the request up.
pub(in super::super) struct Seat {
    pub(super) instance: Arc<Instance>,
    /// How many requests the instance was given before.
    pub(super) before: u32,
    /// What the instance had used of processor time.
    pub(super) cpu: Duration,
    pub(super) asked: Option<Arc<Asked>>,
}

/// A request in an instance.
pub(super) struct Asked {
    pub(super) exchange: Arc<Exchange>,
    /// What the instance had used of processor time before.
    pub(super) cpu: Duration,
    waker: AtomicWaker,
    /// One of those below.
    standing: AtomicU8,
}

const OPEN: u8 = 0;
const DONE: u8 = 1;
const FAILED: u8 = 2;

impl Asked {
    /// The guest has answered it.
    pub(super) fn done(&self, half: bool) {
        self.over(DONE, Over { ending: Some(Ending::Exited(0)), half, ..Over::default() });
    }

    /// Its instance has ended, or is to end.
    pub(super) fn fail(&self, ending: Option<Ending>, spent: bool) {
        self.over(FAILED, Over { ending, spent, ..Over::default() });
    }

    fn over(&self, standing: u8, over: Over) {
        if self.standing.load(Ordering::Acquire) == OPEN {
            self.exchange.end(over);
            self.standing.store(standing, Ordering::Release);
            self.waker.wake();
        }
    }

    /// Whether the guest has answered it.
    pub(super) fn is_done(&self) -> bool {
        self.standing.load(Ordering::Acquire) == DONE
    }

    fn is_over(&self) -> bool {
        self.standing.load(Ordering::Acquire) != OPEN
    }
}

impl Seat {
    /// Puts the request to the instance, which sees it when this is polled.
    pub(in super::super) fn ask<B>(&mut self, request: Request<B>, exchange: Arc<Exchange>)
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let asked = Arc::new(Asked {
            exchange,
            cpu: self.cpu,
            waker: AtomicWaker::new(),
            standing: AtomicU8::new(OPEN),
        });
        let key = asked.clone();
        let answer = {
            let asked = asked.clone();
            Box::new(move |head| {
                asked.exchange.begin(head);
                asked.waker.wake();
            })
        };
        self.asked = Some(asked);
        self.instance.ask(Visit { key, request: received(request), answer });
    }
}

impl Future for Seat {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(asked) = &self.asked else { return Poll::Ready(()) };
        // Whoever polls this looks at what there is afterwards, and needs not be woken by what it does here.
        drop(asked.waker.take());
        if !asked.is_over() && self.instance.wakes().is_woken() {
            self.instance.poll();
        }
        if !asked.is_over() {
            asked.waker.register(cx.waker());
        }
        // Another thread may have polled the instance meanwhile.
        if asked.is_over() { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.instance.leave(self.asked.as_ref(), self.before);
    }
}
