//! A guest's standard streams, as wasmtime's crates ask for them. Any number of handles lead to one stream.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use async_trait::async_trait;
use bytes::{Buf as _, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wasmtime_wasi::cli::{IsTerminal, StdinStream, StdoutStream};
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError, StreamResult};

use crate::stdio::{Input, Output, StreamKind};

/// The most bytes that are read, or taken, at a time.
const PIECE: usize = 64 << 10;

/// Standard input.
#[derive(Clone)]
pub(super) struct Stdin(Arc<Mutex<Reading>>);

struct Reading {
    input: Box<dyn Input>,
    bytes: u64,
}

impl Stdin {
    pub(super) fn new(input: Box<dyn Input>) -> Stdin {
        Stdin(Arc::new(Mutex::new(Reading { input, bytes: 0 })))
    }

    /// The bytes that were read.
    pub(super) fn bytes(&self) -> u64 {
        self.lock().bytes
    }

    fn lock(&self) -> MutexGuard<'_, Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut reading = self.lock();
        let read = ready!(reading.input.poll_read(cx, buffer))?;
        reading.bytes += read as u64;
        Poll::Ready(Ok(read))
    }
}

impl IsTerminal for Stdin {
    fn is_terminal(&self) -> bool {
        self.lock().input.kind() == StreamKind::Terminal
    }
}

impl StdinStream for Stdin {
    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(self.clone())
    }
}

impl AsyncRead for Stdin {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = ready!(self.poll(cx, buffer.initialize_unfilled()))?;
        buffer.advance(read);
        Poll::Ready(Ok(()))
    }
}

#[async_trait]
impl Pollable for Stdin {
    async fn ready(&mut self) {
        // What fails is met by who reads.
        let _ = poll_fn(|cx| self.lock().input.poll_ready(cx)).await;
    }
}

#[async_trait]
impl InputStream for Stdin {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        let mut buffer = vec![0; size.min(PIECE)];
        // Who waits does so in `ready`.
        match self.poll(&mut Context::from_waker(Waker::noop()), &mut buffer) {
            Poll::Pending => Ok(Bytes::new()),
            Poll::Ready(Ok(0)) if size > 0 => Err(StreamError::Closed),
            Poll::Ready(Ok(read)) => {
                buffer.truncate(read);
                Ok(buffer.into())
            }
            Poll::Ready(Err(error)) => Err(failed(error)),
        }
    }
}

/// Standard output, or standard error.
#[derive(Clone)]
pub(super) struct Stdout(Arc<Mutex<Writing>>);

struct Writing {
    output: Box<dyn Output>,
    bytes: u64,
    /// What was taken from the guest and not yet by the output.
    held: Bytes,
    /// Why the output did not take what was held, for who asks next.
    failed: Option<io::Error>,
}

impl Stdout {
    pub(super) fn new(output: Box<dyn Output>) -> Stdout {
        Stdout(Arc::new(Mutex::new(Writing { output, bytes: 0, held: Bytes::new(), failed: None })))
    }

    /// The bytes that were written.
    pub(super) fn bytes(&self) -> u64 {
        self.lock().bytes
    }

    /// Hands over what is still held back, by this and by the output.
    pub(super) fn poll_end(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut writing = self.lock();
        ready!(writing.poll_held(cx))?;
        writing.output.poll_flush(cx)
    }

    fn lock(&self) -> MutexGuard<'_, Writing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writing {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(self.output.poll_write(cx, bytes))?;
        self.bytes += written as u64;
        Poll::Ready(Ok(written))
    }

    /// Ready when nothing is held any more.
    fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(error) = self.failed.take() {
            return Poll::Ready(Err(error));
        }
        while !self.held.is_empty() {
            let held = std::mem::take(&mut self.held);
            let polled = self.poll_write(cx, &held);
            let written = match polled {
                Poll::Ready(Ok(written)) => written,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => 0,
            };
            self.held = held;
            self.held.advance(written);
            if written == 0 {
                return Poll::Pending;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl IsTerminal for Stdout {
    fn is_terminal(&self) -> bool {
        self.lock().output.kind() == StreamKind::Terminal
    }
}

impl StdoutStream for Stdout {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for Stdout {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut writing = self.lock();
        ready!(writing.poll_held(cx))?;
        writing.poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.lock().poll_held(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.lock().poll_held(cx)
    }
}

#[async_trait]
impl Pollable for Stdout {
    async fn ready(&mut self) {
        poll_fn(|cx| {
            let mut writing = self.lock();
            // What fails is kept for who asks next.
            match ready!(writing.poll_held(cx)) {
                Ok(()) => writing.output.poll_ready(cx).map(drop),
                Err(error) => {
                    writing.failed = Some(error);
                    Poll::Ready(())
                }
            }
        })
        .await;
    }
}

#[async_trait]
impl OutputStream for Stdout {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut writing = self.lock();
        if bytes.len() > PIECE || !writing.held.is_empty() {
            return Err(StreamError::trap("more is written than was said to fit"));
        }
        writing.held = bytes;
        match writing.poll_held(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Err(error)) => Err(failed(error)),
            Poll::Ready(Ok(())) | Poll::Pending => Ok(()),
        }
    }

    fn flush(&mut self) -> StreamResult<()> {
        // What is held is on its way, and nothing is permitted until it is gone.
        self.check_write().map(drop)
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        let mut writing = self.lock();
        let mut cx = Context::from_waker(Waker::noop());
        match writing.poll_held(&mut cx) {
            Poll::Pending => Ok(0),
            Poll::Ready(Err(error)) => Err(failed(error)),
            Poll::Ready(Ok(())) => match writing.output.poll_ready(&mut cx) {
                Poll::Pending => Ok(0),
                Poll::Ready(Ok(())) => Ok(PIECE),
                Poll::Ready(Err(error)) => Err(failed(error)),
            },
        }
    }
}

/// A stream whose other end went away is closed; anything else is told.
fn failed(error: io::Error) -> StreamError {
    match error.kind() {
        io::ErrorKind::BrokenPipe => StreamError::Closed,
        _ => StreamError::LastOperationFailed(error.into()),
    }
}
