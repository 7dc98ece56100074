//! Standard input.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::task::coop;
use wasmtime_wasi::cli::{IsTerminal, StdinStream};
use wasmtime_wasi::p2::{InputStream, Pollable, StreamError, StreamResult};

use super::shared::Shared;
use super::{MOST, PIECE, failed};
use crate::stdio::{Input, StreamKind};

/// A handle to standard input.
#[derive(Clone)]
pub(in crate::component) struct Stdin(Shared<Reading>);

struct Reading {
    input: Box<dyn Input>,
    bytes: u64,
}

impl Stdin {
    pub(in crate::component) fn new(input: Box<dyn Input>) -> Stdin {
        Stdin(Shared::new(Reading { input, bytes: 0 }))
    }

    /// The bytes that were read.
    pub(in crate::component) fn bytes(&self) -> u64 {
        self.0.lock().bytes
    }

    /// How many wait.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.0.waiting()
    }
}

impl Reading {
    fn poll(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let read = ready!(self.input.poll_read(cx, buffer))?;
        self.bytes += read as u64;
        Poll::Ready(Ok(read))
    }

    /// Reads at most so many bytes, as 0.2 has them.
    fn poll_piece(&mut self, cx: &mut Context<'_>, size: usize) -> Poll<StreamResult<Bytes>> {
        let mut buffer = vec![0; size.min(PIECE)];
        Poll::Ready(match ready!(self.poll(cx, &mut buffer)) {
            Ok(0) if size > 0 => Err(StreamError::Closed),
            Ok(read) => {
                buffer.truncate(read);
                Ok(buffer.into())
            }
            Err(error) => Err(failed(error)),
        })
    }
}

impl IsTerminal for Stdin {
    fn is_terminal(&self) -> bool {
        self.0.lock().input.kind() == StreamKind::Terminal
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
        let turn = ready!(coop::poll_proceed(cx));
        let some = buffer.remaining().min(MOST);
        let free = buffer.initialize_unfilled_to(some);
        let read = ready!(self.0.poll(cx, |reading, cx| reading.poll(cx, free)))?;
        turn.made_progress();
        buffer.advance(read);
        Poll::Ready(Ok(()))
    }
}

#[async_trait]
impl Pollable for Stdin {
    async fn ready(&mut self) {
        // What fails is met by who reads.
        let _ = poll_fn(|cx| self.0.poll(cx, |reading, cx| reading.input.poll_ready(cx))).await;
    }
}

#[async_trait]
impl InputStream for Stdin {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        match self.0.poll_now(|reading, cx| reading.poll_piece(cx, size)) {
            Poll::Pending => Ok(Bytes::new()),
            Poll::Ready(read) => read,
        }
    }

    // Somebody else may take what was ready, as often as they like.
    async fn blocking_read(&mut self, size: usize) -> StreamResult<Bytes> {
        poll_fn(|cx| self.0.poll(cx, |reading, cx| reading.poll_piece(cx, size))).await
    }
}
