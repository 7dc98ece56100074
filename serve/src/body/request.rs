//! The body of a request, as its handler reads it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{self, Instant, Sleep};

use super::{Fault, Received};

/// The body of a request. It is read from the client as fast as it is taken from here, and may pause as long as
/// [`Bounds::body_idle`](crate::Bounds::body_idle) says.
#[derive(Debug)]
pub struct RequestBody {
    inner: Incoming,
    received: Option<Arc<Received>>,
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
    pub(crate) fn new(inner: Incoming, pause: Duration, received: Option<Arc<Received>>) -> Self {
        Self { inner, received, pause, clock: None, failed: false }
    }

    fn fail(&mut self, fault: Fault) {
        self.failed = true;
        if let Some(received) = &self.received {
            received.fail(fault);
        }
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
                this.fail(Fault::Late);
                Some(Err(RequestBodyError::Slow(this.pause)))
            });
        };
        if let Some(clock) = &mut this.clock {
            clock.as_mut().reset(Instant::now() + this.pause);
        }
        let read = frame.as_ref().and_then(|frame| frame.as_ref().ok()).and_then(Frame::data_ref);
        if let (Some(data), Some(received)) = (read, &this.received) {
            received.add(data.len());
        }
        Poll::Ready(frame.map(|frame| {
            frame.map_err(|error| {
                this.fail(Fault::Broken);
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
