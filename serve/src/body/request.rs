//! The body of a request, as its handler reads it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{self, Instant, Sleep};

/// The body of a request. It is read from the client as fast as it is taken from here, and may pause as long as
/// [`Bounds::body_idle`](crate::Bounds::body_idle) says.
#[derive(Debug)]
pub struct RequestBody {
    inner: Incoming,
    received: Option<Arc<AtomicU64>>,
    pause: Duration,
    /// Since it pauses.
    clock: Option<Pin<Box<Sleep>>>,
    /// Whether it ended early.
    failed: bool,
}

/// Why the body of a request has no end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestBodyError {
    /// The client paused for longer than it may.
    #[error("the request's body paused for longer than {0:?}")]
    Slow(Duration),
    /// The client went away, or sent what is no body.
    #[error("the request's body can't be read: {0}")]
    Connection(#[from] hyper::Error),
}

impl RequestBody {
    pub(crate) fn new(inner: Incoming, pause: Duration, received: Option<Arc<AtomicU64>>) -> Self {
        Self { inner, received, pause, clock: None, failed: false }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = RequestBodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, RequestBodyError>>> {
        let this = self.get_mut();
        if this.failed {
            return Poll::Ready(None);
        }
        let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(cx) else {
            let clock = this.clock.get_or_insert_with(|| Box::pin(time::sleep(this.pause)));
            return clock.as_mut().poll(cx).map(|()| {
                this.failed = true;
                Some(Err(RequestBodyError::Slow(this.pause)))
            });
        };
        if let Some(clock) = &mut this.clock {
            clock.as_mut().reset(Instant::now() + this.pause);
        }
        let read = frame.as_ref().and_then(|frame| frame.as_ref().ok()).and_then(Frame::data_ref);
        if let (Some(data), Some(received)) = (read, &this.received) {
            received.fetch_add(data.len() as u64, Ordering::Relaxed);
        }
        Poll::Ready(frame.map(|frame| {
            frame.map_err(|error| {
                this.failed = true;
                error.into()
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.failed || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
