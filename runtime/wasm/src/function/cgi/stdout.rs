//! Standard output as an answer.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use dayfly_host_api::net::http::{BodyError, Wrong};
use dayfly_host_api::stdio::Output;
use http::header::CONTENT_LENGTH;
use http::{Method, Response};
use http_body::{Body, Frame};
use http_body_util::BodyExt as _;

use super::head;
use crate::function::exchange::Exchange;

/// The most bytes that are held which nobody has taken yet.
const MOST: usize = 64 << 10;

/// Standard output of a guest that answers: first the head, then the body.
pub(crate) struct Stdout {
    exchange: Arc<Exchange>,
    /// What was written of the head.
    head: Vec<u8>,
    is_begun: bool,
    pipe: Arc<Pipe>,
}

/// Who is to say that the guest has come to its end. Without that its answer is not whole.
pub(crate) struct Writing {
    pipe: Arc<Pipe>,
    /// An answer to such a request has no body, whatever length it has.
    is_head: bool,
}

/// The body, as it is read.
struct Reading(Arc<Pipe>);

/// What was written and not yet read.
#[derive(Default)]
struct Pipe(Mutex<State>);

#[derive(Default)]
struct State {
    pieces: VecDeque<Bytes>,
    held: usize,
    /// How many bytes of the body there were, and how many there are to be.
    written: u64,
    length: Option<u64>,
    begun: bool,
    ended: bool,
    writer_gone: bool,
    reader_gone: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// Standard output of a guest, and who is to say when it is over.
pub(crate) fn stdout(exchange: Arc<Exchange>, method: &Method) -> (Stdout, Writing) {
    let pipe = Arc::<Pipe>::default();
    let writing = Writing { pipe: pipe.clone(), is_head: *method == Method::HEAD };
    (Stdout { exchange, head: Vec::new(), is_begun: false, pipe }, writing)
}

impl Pipe {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn wake_reader(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    /// Takes some of the body.
    fn put(&mut self, bytes: &[u8]) -> usize {
        let some = &bytes[..bytes.len().min(MOST.saturating_sub(self.held))];
        if !some.is_empty() {
            self.pieces.push_back(Bytes::copy_from_slice(some));
            self.held += some.len();
            self.written += some.len() as u64;
            self.wake_reader();
        }
        some.len()
    }
}

impl Stdout {
    /// Takes some of the head. When that is whole, the answer begins, with what came after it.
    fn begin(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let before = self.head.len();
        self.head.extend_from_slice(bytes);
        let Some(end) = head::end(&self.head) else {
            if self.head.len() > head::MOST {
                return self.refuse(format!("its head has no end within {} bytes", head::MOST));
            }
            return Ok(bytes.len());
        };
        let parts = match head::parse(&self.head[..end]) {
            Ok(parts) => parts,
            Err(why) => return self.refuse(why),
        };
        let length = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        {
            let mut state = self.pipe.lock();
            (state.length, state.begun) = (length, true);
        }
        self.is_begun = true;
        self.head = Vec::new();
        let body = Reading(self.pipe.clone()).boxed_unsync();
        self.exchange.begin(Ok(Response::from_parts(parts, body)));
        // The rest is offered again, as the body.
        Ok(end.saturating_sub(before))
    }

    fn refuse(&mut self, why: String) -> io::Result<usize> {
        self.exchange.begin(Err(Wrong(why)));
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

impl Output for Stdout {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        if !self.is_begun {
            return Poll::Ready(self.begin(bytes));
        }
        let mut state = self.pipe.lock();
        if state.reader_gone {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        match state.put(bytes) {
            0 => {
                state.writer = Some(cx.waker().clone());
                Poll::Pending
            }
            count => Poll::Ready(Ok(count)),
        }
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.pipe.lock();
        if state.held < MOST || state.reader_gone {
            return Poll::Ready(Ok(()));
        }
        state.writer = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Writing {
    /// The guest has come to its end, and with it its answer.
    ///
    /// # Errors
    /// Why that is none.
    pub(crate) fn end(&self) -> Result<(), String> {
        let mut state = self.pipe.lock();
        if !state.begun {
            return Err("its standard output ends within the head of an answer, or is empty".to_owned());
        }
        let is_whole = state.length.is_none_or(|length| length == state.written);
        state.ended = is_whole || (self.is_head && state.written == 0);
        state.wake_reader();
        Ok(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let mut state = self.pipe.lock();
        state.writer_gone = true;
        state.wake_reader();
    }
}

impl Body for Reading {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let mut state = self.0.lock();
        if let Some(piece) = state.pieces.pop_front() {
            state.held -= piece.len();
            if let Some(writer) = state.writer.take() {
                writer.wake();
            }
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match (state.ended, state.writer_gone) {
            (true, _) => Poll::Ready(None),
            (false, true) => Poll::Ready(Some(Err(BodyError::HttpResponseIncomplete))),
            (false, false) => {
                state.reader = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.reader_gone = true;
        if let Some(writer) = state.writer.take() {
            writer.wake();
        }
    }
}
