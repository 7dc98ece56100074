//! The body of an answer, as it comes.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use super::note::Place;
use crate::net::Error;
use crate::net::meter::Meter;
use crate::slots::Taken;

/// The body of an answer, as it comes, and its trailers. What is not asked for stays with the server: no more is read
/// ahead than what a connection's buffers hold. Dropping it ends the request.
#[derive(Debug)]
pub struct Incoming {
    /// None after an error: the connection is closed then, if the answer was all that it was used for.
    body: Option<hyper::body::Incoming>,
    /// Given back when the answer has ended.
    slot: Option<Taken>,
    between_bytes: Option<Duration>,
    /// Until when something has to come, while it is waited for.
    deadline: Option<Pin<Box<Sleep>>>,
    /// Where it is noted that the answer did not come whole.
    noted: Option<(Arc<Meter>, Place)>,
}

impl Incoming {
    pub(super) fn new(body: hyper::body::Incoming, slot: Taken, between_bytes: Option<Duration>) -> Incoming {
        let slot = (!body.is_end_stream()).then_some(slot);
        Incoming { body: Some(body), slot, between_bytes, deadline: None, noted: None }
    }

    /// Notes what fails from here on.
    pub(super) fn noted(mut self, meter: Arc<Meter>, place: Place) -> Incoming {
        self.noted = Some((meter, place));
        self
    }

    /// Whether nothing came for too long.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(time) = self.between_bytes else { return Poll::Pending };
        self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(time))).as_mut().poll(cx)
    }

    fn fail(&mut self, error: Error) -> Error {
        self.body = None;
        self.slot = None;
        match &self.noted {
            Some((meter, place)) => place.note(meter, error),
            None => error,
        }
    }
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        match Pin::new(body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.deadline = None;
                if self.is_end_stream() {
                    self.slot = None;
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(self.fail(Error::of_body(error))))),
            Poll::Ready(None) => {
                self.slot = None;
                Poll::Ready(None)
            }
            Poll::Pending => {
                ready!(self.poll_late(cx));
                Poll::Ready(Some(Err(self.fail(Error::Stalled))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
