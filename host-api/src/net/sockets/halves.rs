//! What is received and what is sent over a connection, counted and limited.

#[cfg(feature = "wasi03")]
use std::pin::Pin;
use std::sync::Arc;
#[cfg(feature = "wasi03")]
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustix::buffer::Buffer;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, Shutdown};
#[cfg(feature = "wasi03")]
use tokio::time::Sleep;
use wasmtime_wasi::sockets::ErrorCode;

use super::Common;
use super::handle::Handle;
#[cfg(feature = "wasi03")]
use super::handle::Side;
use crate::net::meter::Grant;

/// What is received over a connection. Without it nothing is received any more.
pub(super) struct Receiving {
    pub(super) handle: Arc<Handle>,
    common: Arc<Common>,
}

impl Receiving {
    pub(super) fn new(handle: Arc<Handle>, common: Arc<Common>) -> Receiving {
        Receiving { handle, common }
    }

    /// Up to `size` bytes that are there: none at the end, and nothing where there are none yet.
    ///
    /// # Errors
    /// The connection failed.
    pub(super) fn now(&self, size: usize) -> Result<Option<Vec<u8>>, ErrorCode> {
        self.common.pass()?;
        let mut bytes = Vec::with_capacity(size);
        match self.receive(rustix::buffer::spare_capacity(&mut bytes)) {
            Ok(_) => {
                self.common.meter.received(bytes.len());
                Ok(Some(bytes))
            }
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    /// How many bytes were received into `buffer`, which has room for some: none at the end.
    #[cfg(feature = "wasi03")]
    pub(super) fn poll(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize, ErrorCode>> {
        self.common.pass()?;
        let received = ready!(self.handle.poll(cx, Side::Read, || self.receive(&mut *buffer)))?;
        self.common.meter.received(received);
        Poll::Ready(Ok(received))
    }

    fn receive<B: Buffer<u8>>(&self, buffer: B) -> Result<B::Output, Errno> {
        rustix::net::recv(&self.handle, buffer, RecvFlags::empty()).map(|(received, _)| received)
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = rustix::net::shutdown(&self.handle, Shutdown::Read);
    }
}

/// What is sent over a connection. Without it the other end is told that there is no more.
pub(super) struct Sending {
    pub(super) handle: Arc<Handle>,
    common: Arc<Common>,
    /// Until something may be sent again.
    #[cfg(feature = "wasi03")]
    pause: Option<Pin<Box<Sleep>>>,
}

/// How much was sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sent {
    /// So many bytes.
    Bytes(usize),
    /// None: the system takes no more for now.
    Full,
    /// None, and none before that time.
    Wait(Duration),
}

impl Sending {
    pub(super) fn new(handle: Arc<Handle>, common: Arc<Common>) -> Sending {
        Sending {
            handle,
            common,
            #[cfg(feature = "wasi03")]
            pause: None,
        }
    }

    /// Sends what can be sent of `bytes` without waiting.
    ///
    /// # Errors
    /// The connection failed, or the bytes that may be sent are used up.
    pub(super) fn now(&self, bytes: &[u8]) -> Result<Sent, ErrorCode> {
        self.common.pass()?;
        let meter = &self.common.meter;
        let granted = match meter.grant(bytes.len()) {
            Grant::Bytes(granted) => granted,
            Grant::Wait(time) => return Ok(Sent::Wait(time)),
            Grant::Never => return Err(ErrorCode::AccessDenied),
        };
        // Who is gone is no signal to this process.
        let sent = rustix::net::send(&self.handle, &bytes[..granted], SendFlags::NOSIGNAL);
        meter.sent(granted, sent.unwrap_or(0));
        match sent {
            Ok(sent) => Ok(Sent::Bytes(sent)),
            Err(Errno::AGAIN | Errno::INTR) => Ok(Sent::Full),
            Err(errno) => Err(errno.into()),
        }
    }

    /// Sends some of `bytes`, in time.
    #[cfg(feature = "wasi03")]
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, ErrorCode>> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            match self.now(bytes)? {
                Sent::Bytes(sent) => return Poll::Ready(Ok(sent)),
                Sent::Full => ready!(self.handle.poll_event(cx, Side::Write))?,
                Sent::Wait(time) => self.pause = Some(Box::pin(tokio::time::sleep(time))),
            }
        }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = rustix::net::shutdown(&self.handle, Shutdown::Write);
    }
}
