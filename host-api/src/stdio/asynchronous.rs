//! Streams over tokio's readers and writers.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Input, Output};

/// Bytes that are read ahead, so that readiness can be told.
const AHEAD: usize = 8 << 10;

/// An input over a tokio reader.
#[derive(Debug)]
pub struct Reader<R> {
    reader: R,
    ahead: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    /// An input that gives what `reader` gives.
    pub fn new(reader: R) -> Reader<R> {
        Reader { reader, ahead: Vec::new(), taken: 0, ended: false }
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.taken < self.ahead.len() || self.ended {
            return Poll::Ready(Ok(()));
        }
        self.taken = 0;
        self.ahead.resize(AHEAD, 0);
        let mut buffer = ReadBuf::new(&mut self.ahead);
        let polled = Pin::new(&mut self.reader).poll_read(cx, &mut buffer);
        let filled = buffer.filled().len();
        self.ahead.truncate(filled);
        ready!(polled)?;
        self.ended = filled == 0;
        Poll::Ready(Ok(()))
    }
}

impl<R: AsyncRead + Unpin + Send> Input for Reader<R> {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_fill(cx))?;
        let rest = &self.ahead[self.taken..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.taken += count;
        Poll::Ready(Ok(count))
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_fill(cx)
    }
}

/// An output over a tokio writer.
///
/// A writer can't say whether it would take more, so that one that is asked whether it is ready answers yes.
#[derive(Debug)]
pub struct Writer<W> {
    writer: W,
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    /// An output that goes to `writer`.
    pub fn new(writer: W) -> Writer<W> {
        Writer { writer }
    }
}

impl<W: AsyncWrite + Unpin + Send> Output for Writer<W> {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.writer).poll_write(cx, bytes)
    }

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.writer).poll_flush(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test]
    async fn readiness_loses_no_byte() {
        let (mut far, near) = tokio::io::duplex(64);
        let mut input = Reader::new(near);
        let mut task = Context::from_waker(std::task::Waker::noop());
        assert!(input.poll_ready(&mut task).is_pending());
        tokio::io::AsyncWriteExt::write_all(&mut far, b"hello").await.unwrap();
        poll_fn(|cx| input.poll_ready(cx)).await.unwrap();
        let mut all = Vec::new();
        drop(far);
        loop {
            let mut some = [0; 2];
            match poll_fn(|cx| input.poll_read(cx, &mut some)).await.unwrap() {
                0 => break,
                count => all.extend_from_slice(&some[..count]),
            }
        }
        assert_eq!(all, b"hello");
        assert!(input.poll_ready(&mut task).is_ready(), "the end is ready");
    }
}
