//! A connection whose bytes are counted and limited.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::meter::{Grant, Meter};

/// A connection of a guest's, as it is on the wire.
pub(super) struct Metered<S, H> {
    stream: S,
    meter: Arc<Meter>,
    /// What is given back when it is closed.
    _held: H,
    /// Until something may be sent again.
    pause: Option<Pin<Box<Sleep>>>,
}

impl<S, H> Metered<S, H> {
    pub(super) fn new(stream: S, meter: Arc<Meter>, held: H) -> Metered<S, H> {
        Metered { stream, meter, _held: held, pause: None }
    }
}

impl<S: AsyncRead + Unpin, H: Unpin> AsyncRead for Metered<S, H> {
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

impl<S: AsyncWrite + Unpin, H: Unpin> AsyncWrite for Metered<S, H> {
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
