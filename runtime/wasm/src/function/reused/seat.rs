//! A request in an instance that has others, too.

use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use ::http::Request;
use bytes::Bytes;
use dayfly_core::Ending;
use dayfly_host_api::net::http::{self, Visit, received};
use futures_util::task::AtomicWaker;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;

use super::super::exchange::{Exchange, Head, Over};
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
    /// The answer came to its end.
    is_whole: AtomicBool,
}

/// The body of an answer, which says when it came to its end. While its guest computes for others, nobody else would.
struct Watched {
    body: http::Body,
    asked: Arc<Asked>,
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

    /// Has who waits for it look at what there is.
    pub(super) fn wake(&self) {
        self.waker.wake();
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
    /// The next one that waits for a seat looks for it, if there are more like this.
    pub(super) fn tell_others(&self) {
        if self.instance.has_seat() {
            self.instance.is_freed();
        }
    }

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
            is_whole: AtomicBool::new(false),
        });
        let (key, asking) = (asked.clone(), asked.clone());
        let is_watched = self.instance.is_concurrent();
        let answer = Box::new(move |head: Head| {
            let head = head.map(|answer| match is_watched {
                true => answer.map(|body| Watched { body, asked: asking.clone() }.boxed_unsync()),
                false => answer,
            });
            asking.exchange.begin(head);
            asking.waker.wake();
        });
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
        self.instance.pass_on(&asked.exchange);
        if asked.is_whole.load(Ordering::Acquire) {
            asked.done(false);
        }
        if !asked.is_over() {
            asked.waker.register(cx.waker());
        }
        // Another thread may have polled the instance meanwhile.
        if asked.is_over() { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = http::BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, http::BodyError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None)) {
            self.asked.is_whole.store(true, Ordering::Release);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.instance.leave(self.asked.as_ref(), self.before);
    }
}
