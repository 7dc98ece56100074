//! The body of a request, as the guest writes it.

use std::convert::Infallible;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::oneshot;

use super::pool;
use crate::net::Error;

/// The body of a request, as the guest writes it. It is told what becomes of it, and ends when nobody wants to know any
/// more.
pub(super) struct Outgoing {
    body: pool::Body,
    /// The bytes that were declared, and how many of them are there.
    declared: Option<u64>,
    sent: u64,
    asked: bool,
    ended: Option<oneshot::Sender<Result<(), Error>>>,
    wanted: oneshot::Receiver<Infallible>,
}

/// Whether a request was sent as a whole. Dropping this ends a request that is still being sent.
#[derive(Debug)]
pub struct Sent {
    ended: oneshot::Receiver<Result<(), Error>>,
    /// Says by its end that nobody waits any more.
    _wants: oneshot::Sender<Infallible>,
}

impl Sent {
    /// Waits until all of the request is sent.
    ///
    /// # Errors
    /// Its body failed, is not as long as it says, or the server did not take all of it.
    pub async fn ended(mut self) -> Result<(), Error> {
        (&mut self.ended).await.unwrap_or_else(|_| Err(unsent()))
    }

    /// Why the guest's own body ended the request, if it did.
    pub(super) fn failure(&mut self) -> Option<Error> {
        self.ended
            .try_recv()
            .ok()?
            .err()
            .filter(|error| matches!(error, Error::Body(_) | Error::Length { .. }))
    }
}

impl Outgoing {
    /// A body of which so many bytes were declared, if any were.
    pub(super) fn new(body: pool::Body, declared: Option<u64>) -> (Outgoing, Sent) {
        let (end, ended) = oneshot::channel();
        let (wants, wanted) = oneshot::channel();
        (
            Outgoing { body, declared, sent: 0, asked: false, ended: Some(end), wanted },
            Sent { ended, _wants: wants },
        )
    }

    /// Notes that so many bytes more are to be sent.
    fn count(&mut self, bytes: usize) -> Result<(), Error> {
        self.sent = self.sent.saturating_add(bytes as u64);
        match self.declared {
            Some(declared) if self.sent > declared => Err(Error::Length { declared, sent: self.sent }),
            _ => Ok(()),
        }
    }

    /// Whether all is there that was declared.
    fn whole(&self) -> Result<(), Error> {
        match self.declared {
            Some(declared) if self.sent != declared => Err(Error::Length { declared, sent: self.sent }),
            _ => Ok(()),
        }
    }

    /// Tells once what became of the body; gives what the connection is told.
    fn tell(&mut self, ended: Result<(), Error>) -> Result<(), io::Error> {
        let told = ended.as_ref().map_err(|error| io::Error::other(error.to_string())).copied();
        if let Some(end) = self.ended.take() {
            let _ = end.send(ended);
        }
        told
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.asked = true;
        if self.ended.is_some() && Pin::new(&mut self.wanted).poll(cx).is_ready() {
            return Poll::Ready(self.tell(Err(unsent())).map(|()| None).transpose());
        }
        let told = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            Some(Ok(frame)) => {
                let counted = self.count(frame.data_ref().map_or(0, Bytes::len));
                match counted {
                    Ok(()) if frame.is_data() => Ok(Some(frame)),
                    Ok(()) => {
                        let ended = self.whole();
                        self.tell(ended).map(|()| Some(frame))
                    }
                    Err(error) => self.tell(Err(error)).map(|()| None),
                }
            }
            Some(Err(error)) => self.tell(Err(Error::Body(error))).map(|()| None),
            None => {
                let ended = self.whole();
                self.tell(ended).map(|()| None)
            }
        };
        Poll::Ready(told.transpose())
    }

    fn is_end_stream(&self) -> bool {
        // What is too short has to be found out.
        self.body.is_end_stream() && self.whole().is_ok()
    }

    fn size_hint(&self) -> SizeHint {
        match self.declared {
            Some(declared) => SizeHint::with_exact(declared.saturating_sub(self.sent)),
            None => self.body.size_hint(),
        }
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        // A connection asks for no more than was declared, not for the end of what it knows to be at its end, and for nothing
        // where a request has a body only if it says how long it is: `GET` and `HEAD` over HTTP/1.1.
        let ended = match self.declared {
            Some(declared) => self.sent == declared,
            None => !self.asked || self.body.is_end_stream(),
        };
        let _ = self.tell(if ended { Ok(()) } else { Err(unsent()) });
    }
}

fn unsent() -> Error {
    Error::Ended("not all of the request was sent".to_owned())
}
