//! Standard output and standard error.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use async_trait::async_trait;
use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::AsyncWrite;
use tokio::task::coop;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

use super::shared::Shared;
use super::{MOST, PIECE, failed};
use crate::stdio::{Output, StreamKind};

/// The most bytes that are held for an output that takes none: those of several handles that all were told that there
/// is room.
const MAX_HELD: usize = 1 << 20;

/// A handle to standard output, or to standard error.
#[derive(Clone)]
pub(in crate::component) struct Stdout(Shared<Writing>);

struct Writing {
    output: Box<dyn Output>,
    bytes: u64,
    /// What was taken from the guest and not yet by the output.
    held: BytesMut,
    /// Why the output did not take what was held, for who asks next.
    failed: Option<io::Error>,
    /// Whether the other end went away: it does not come back.
    gone: bool,
}

impl Stdout {
    pub(in crate::component) fn new(output: Box<dyn Output>) -> Stdout {
        Stdout(Shared::new(Writing { output, bytes: 0, held: BytesMut::new(), failed: None, gone: false }))
    }

    /// The bytes that were written.
    pub(in crate::component) fn bytes(&self) -> u64 {
        self.0.lock().bytes
    }

    /// Hands over what is still held back, by this and by the output. An end that went away is no error any more.
    pub(in crate::component) fn poll_end(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.poll(cx, |writing, cx| {
            // What the output took before it failed is handed over all the same.
            let _ = ready!(writing.poll_held(cx));
            writing.output.poll_flush(cx).map(drop)
        })
    }
}

impl Writing {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match ready!(self.output.poll_write(cx, bytes)) {
            Err(error) => {
                self.gone |= error.kind() == io::ErrorKind::BrokenPipe;
                Poll::Ready(Err(error))
            }
            Ok(0) if !bytes.is_empty() => Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            Ok(written) => {
                self.bytes += written as u64;
                Poll::Ready(Ok(written))
            }
        }
    }

    /// Ready when nothing is held any more.
    fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(error) = self.failed.take() {
            return Poll::Ready(Err(error));
        }
        if self.gone {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if self.held.is_empty() {
            return Poll::Ready(Ok(()));
        }
        let mut held = std::mem::take(&mut self.held);
        while !held.is_empty() {
            match self.poll_write(cx, &held) {
                Poll::Ready(Ok(written)) => held.advance(written),
                // The rest is lost, as what is written later would be.
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    self.held = held;
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Ready when nothing is held and the output would take more; says how much a guest of 0.2 may write then.
    fn poll_permit(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        ready!(self.poll_held(cx))?;
        ready!(self.output.poll_ready(cx))?;
        Poll::Ready(Ok(PIECE))
    }

    /// Takes all bytes: what the output doesn't take is held.
    fn put(&mut self, cx: &mut Context<'_>, mut bytes: &[u8]) -> StreamResult<()> {
        let mut polled = self.poll_held(cx);
        while let Poll::Ready(held) = polled {
            held.map_err(failed)?;
            if bytes.is_empty() {
                return Ok(());
            }
            polled = self.poll_write(cx, bytes).map_ok(|written| bytes = &bytes[written..]);
        }
        if self.held.len() + bytes.len() > MAX_HELD {
            return Err(StreamError::trap("more is written than was said to fit"));
        }
        self.held.extend_from_slice(bytes);
        Ok(())
    }
}

impl IsTerminal for Stdout {
    fn is_terminal(&self) -> bool {
        self.0.lock().output.kind() == StreamKind::Terminal
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
        let turn = ready!(coop::poll_proceed(cx));
        let some = &bytes[..bytes.len().min(MOST)];
        let written = ready!(self.0.poll(cx, |writing, cx| {
            ready!(writing.poll_held(cx))?;
            writing.poll_write(cx, some)
        }));
        turn.made_progress();
        Poll::Ready(written)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll(cx, Writing::poll_held)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

#[async_trait]
impl Pollable for Stdout {
    async fn ready(&mut self) {
        let polled = poll_fn(|cx| self.0.poll(cx, Writing::poll_permit)).await;
        // Being ready does not fail: it is kept for who asks next.
        if let Err(error) = polled {
            self.0.lock().failed.get_or_insert(error);
        }
    }
}

#[async_trait]
impl OutputStream for Stdout {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        if bytes.len() > MAX_HELD {
            return Err(StreamError::trap("more is written than was said to fit"));
        }
        let put = self.0.now(|writing, cx| writing.put(cx, &bytes));
        self.0.tell_others();
        put
    }

    fn flush(&mut self) -> StreamResult<()> {
        // What is held is on its way, and nothing is permitted until it is gone.
        self.check_write().map(drop)
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        match self.0.poll_now(Writing::poll_permit) {
            Poll::Pending => Ok(0),
            Poll::Ready(permit) => permit.map_err(failed),
        }
    }

    // Somebody else may take the room that was there, as often as they like.
    async fn write_ready(&mut self) -> StreamResult<usize> {
        poll_fn(|cx| self.0.poll(cx, Writing::poll_permit)).await.map_err(failed)
    }
}
