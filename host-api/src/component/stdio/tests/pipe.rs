//! A pipe as narrow as a test wants it. Like a descriptor's, its ends remember only who asked last.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use crate::stdio::{Input, Output, StreamKind};

#[derive(Clone)]
pub(super) struct Pipe(Arc<Mutex<State>>);

struct State {
    bytes: Vec<u8>,
    /// How many bytes more are taken.
    room: usize,
    /// What comes after the bytes that are there.
    ended: bool,
    broken: bool,
    flushed: bool,
    terminal: bool,
    last: Option<Waker>,
}

impl Pipe {
    /// A pipe that takes so many bytes.
    pub(super) fn new(room: usize) -> Pipe {
        let (bytes, last) = (Vec::new(), None);
        Pipe(Arc::new(Mutex::new(State {
            bytes,
            room,
            ended: false,
            broken: false,
            flushed: false,
            terminal: false,
            last,
        })))
    }

    pub(super) fn terminal() -> Pipe {
        let pipe = Pipe::new(0);
        pipe.lock().terminal = true;
        pipe
    }

    /// Takes out what is there, and makes room for so many bytes.
    pub(super) fn drain(&self, room: usize) -> Vec<u8> {
        self.change(|state| {
            state.room = room;
            std::mem::take(&mut state.bytes)
        })
    }

    /// Puts bytes in for who reads.
    pub(super) fn fill(&self, bytes: &[u8]) {
        self.change(|state| state.bytes.extend_from_slice(bytes));
    }

    /// There is nothing more to read.
    pub(super) fn end(&self) {
        self.change(|state| state.ended = true);
    }

    /// Nobody reads any more.
    pub(super) fn break_off(&self) {
        self.change(|state| state.broken = true);
    }

    pub(super) fn is_flushed(&self) -> bool {
        self.lock().flushed
    }

    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.lock();
        let changed = change(&mut state);
        let last = state.last.take();
        drop(state);
        if let Some(waker) = last {
            waker.wake();
        }
        changed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    fn wait<T>(&mut self, cx: &Context<'_>) -> Poll<T> {
        self.last = Some(cx.waker().clone());
        Poll::Pending
    }

    fn kind(&self) -> StreamKind {
        if self.terminal { StreamKind::Terminal } else { StreamKind::Pipe }
    }
}

impl Input for Pipe {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut state = self.lock();
        if state.bytes.is_empty() && !state.ended {
            return state.wait(cx);
        }
        let count = state.bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&state.bytes[..count]);
        state.bytes.drain(..count);
        Poll::Ready(Ok(count))
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.lock();
        if state.bytes.is_empty() && !state.ended { state.wait(cx) } else { Poll::Ready(Ok(())) }
    }

    fn kind(&self) -> StreamKind {
        self.lock().kind()
    }
}

impl Output for Pipe {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut state = self.lock();
        if state.broken {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let some = bytes.len().min(state.room);
        if some == 0 && !bytes.is_empty() {
            return state.wait(cx);
        }
        state.bytes.extend_from_slice(&bytes[..some]);
        state.room -= some;
        Poll::Ready(Ok(some))
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.lock();
        if state.room == 0 && !state.broken { state.wait(cx) } else { Poll::Ready(Ok(())) }
    }

    fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.lock().flushed = true;
        Poll::Ready(Ok(()))
    }

    fn kind(&self) -> StreamKind {
        self.lock().kind()
    }
}
