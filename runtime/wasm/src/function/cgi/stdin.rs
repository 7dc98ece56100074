//! The body of a request as standard input.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use dayfly_host_api::stdio::Input;
use http_body::Body;

/// The body of a request, read as the guest asks for it. Trailers are not told.
pub(crate) struct Stdin<B> {
    body: Pin<Box<B>>,
    ahead: Bytes,
    ended: bool,
}

impl<B: Body<Data = Bytes>> Stdin<B>
where
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    pub(crate) fn new(body: B) -> Stdin<B> {
        Stdin { body: Box::pin(body), ahead: Bytes::new(), ended: false }
    }

    /// Ready when there is something, or never will be.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.ahead.is_empty() && !self.ended {
            match ready!(self.body.as_mut().poll_frame(cx)) {
                Some(Ok(frame)) => self.ahead = frame.into_data().unwrap_or_default(),
                Some(Err(error)) => {
                    self.ended = true;
                    return Poll::Ready(Err(io::Error::other(error.into())));
                }
                None => self.ended = true,
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<B> Input for Stdin<B>
where
    B: Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_fill(cx))?;
        let count = self.ahead.len().min(buffer.len());
        self.ahead.split_to(count).copy_to_slice(&mut buffer[..count]);
        Poll::Ready(Ok(count))
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_fill(cx)
    }
}
