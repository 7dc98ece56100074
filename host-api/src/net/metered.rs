//! A connection whose bytes are counted and limited.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Sleep;

use super::meter::{Grant, Meter};

/// A connection of a guest's, as it is on the wire.
pub(super) struct Metered<S> {
    stream: S,
    meter: Arc<Meter>,
    /// One of the files that may be open.
    _handle: Option<OwnedSemaphorePermit>,
    /// Until something may be sent again.
    pause: Option<Pin<Box<Sleep>>>,
}

impl<S> Metered<S> {
    pub(super) fn new(stream: S, meter: Arc<Meter>, handle: Option<OwnedSemaphorePermit>) -> Metered<S> {
        meter.opened();
        Metered { stream, meter, _handle: handle, pause: None }
    }
}

impl<S> Drop for Metered<S> {
    fn drop(&mut self) {
        self.meter.closed();
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.meter.pass().map_err(io::Error::other)?;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.meter.received(buffer.filled().len().saturating_sub(before));
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.meter.pass().map_err(io::Error::other)?;
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            let granted = match self.meter.grant(bytes.len()) {
                Grant::Bytes(granted) => granted,
                Grant::Wait(time) => {
                    self.pause = Some(Box::pin(tokio::time::sleep(time)));
                    continue;
                }
                Grant::Never => {
                    return Poll::Ready(Err(io::Error::other("the bytes that may be sent are used up")));
                }
            };
            let polled = Pin::new(&mut self.stream).poll_write(cx, &bytes[..granted]);
            let sent = if let Poll::Ready(Ok(sent)) = &polled { *sent } else { 0 };
            self.meter.sent(granted, sent);
            return polled;
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
