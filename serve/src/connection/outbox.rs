//! What is written on a connection, on its way to the system.
//!
//! To hand over an answer is a system call that wakes who waits for it, which takes as long as making a small one. So what
//! is small waits until all that was ready on the thread had its turn, and then goes out together: who asked is woken once,
//! and finds all of it. A [task](rounds) of the thread does that, which has its turn behind them. On a thread with nothing
//! else to do that is at once. Nothing waits behind what takes long: see [`hand_over_in_time`], [`polled`] and who calls
//! [`hand_over`].

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, Instant};

use rustix::net::{SendFlags, send};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

/// The most that waits on a connection, in bytes: what is larger is written at once.
const MOST: usize = 8 << 10;
/// What a connection keeps of its memory for the next answer, in bytes.
const KEPT: usize = 1 << 10;
/// How long after a request began its answer waits, while others begin.
const LONG: Duration = Duration::from_millis(2);
/// Behind how many polls of connections an answer waits.
const POLLS: u32 = 64;

thread_local! {
    static ROUND: Round = const {
        Round {
            waiting: RefCell::new(Vec::new()),
            task: RefCell::new(None),
            now: Cell::new(None),
            since: Cell::new(None),
            polls: Cell::new(0),
        }
    };
}

/// What came to wait since the thread handed over the last time.
struct Round {
    waiting: RefCell<Vec<Rc<Outbox>>>,
    /// Wakes who ends the round.
    task: RefCell<Option<Waker>>,
    /// When the last request began.
    now: Cell<Option<Instant>>,
    /// The same when the first answer came to wait.
    since: Cell<Option<Instant>>,
    /// How often connections were polled since then.
    polls: Cell<u32>,
}

/// Hands over what waits on this thread at the end of each round. Without this nothing waits.
pub(crate) async fn rounds() {
    /// The thread has such a task.
    struct Running;

    impl Drop for Running {
        fn drop(&mut self) {
            ROUND.with(|round| round.task.take());
            hand_over();
        }
    }

    let _running = Running;
    poll_fn(|cx| {
        hand_over();
        ROUND.with(|round| {
            round.task.borrow_mut().get_or_insert_with(|| cx.waker().clone()).clone_from(cx.waker());
        });
        Poll::Pending
    })
    .await
}

/// Hands over everything that waits on this thread.
pub(crate) fn hand_over() {
    ROUND.with(|round| {
        if round.waiting.borrow().is_empty() {
            return;
        }
        // Waking somebody may run what writes.
        let mut waiting = round.waiting.take();
        round.since.take();
        round.polls.take();
        waiting.drain(..).for_each(|outbox| outbox.hand_over());
        let mut room = round.waiting.borrow_mut();
        if room.is_empty() {
            *room = waiting;
        }
    });
}

/// The same, if something waits for long already: a request begins now.
pub(crate) fn hand_over_in_time(now: Instant) {
    let late = ROUND.with(|round| {
        round.now.set(Some(now));
        round.since.get().is_some_and(|since| now.saturating_duration_since(since) > LONG)
    });
    if late {
        hand_over();
    }
}

/// Notes that a connection was polled, behind which others wait; `long` says that it would have gone on for longer.
pub(crate) fn polled(long: bool) {
    let late = ROUND.with(|round| {
        !round.waiting.borrow().is_empty() && {
            round.polls.set(round.polls.get() + 1);
            long || round.polls.get() >= POLLS
        }
    });
    if late {
        hand_over();
    }
}

/// A connection of the system's.
#[derive(Debug)]
pub(crate) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// What is written on a connection, as far as the system does not have it yet.
#[derive(Debug)]
pub(crate) struct Outbox {
    /// Borrowed for as long as a system call takes.
    stream: RefCell<Stream>,
    held: RefCell<Vec<u8>>,
    /// It is among those that wait for the end of the round.
    listed: Cell<bool>,
    /// The system takes no more for now.
    stuck: Cell<bool>,
    failed: Cell<Option<io::ErrorKind>>,
    /// Of the task that writes.
    waker: RefCell<Option<Waker>>,
}

/// A connection that is read, and written by way of its outbox.
#[derive(Debug)]
pub(crate) struct Boxed(Rc<Outbox>);

macro_rules! each {
    ($stream:expr, $one:ident => $what:expr) => {
        match $stream {
            Stream::Tcp($one) => $what,
            Stream::Unix($one) => $what,
        }
    };
}

impl Stream {
    /// Hands over what the system takes at once.
    pub(crate) fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        Ok(each!(self, stream => send(stream, bytes, flags))?)
    }
}

impl Outbox {
    /// Goes on handing over what the system did not take at once: pending while it takes nothing, and whether it took
    /// something. To be called whenever the connection's task is polled.
    pub(super) fn poll_stuck(&self, cx: &mut Context<'_>) -> (Poll<()>, bool) {
        if !self.stuck.get() {
            return (Poll::Ready(()), false);
        }
        let before = self.held.borrow().len();
        let polled = self.poll_handed_over(cx).map(|handed| {
            if let Err(error) = handed {
                self.fail(error.kind());
            }
        });
        (polled, self.held.borrow().len() < before)
    }

    fn hold(self: &Rc<Outbox>, data: &[u8], cx: &Context<'_>) {
        self.held.borrow_mut().extend_from_slice(data);
        if self.listed.replace(true) {
            return;
        }
        self.waker.borrow_mut().get_or_insert_with(|| cx.waker().clone()).clone_from(cx.waker());
        let ends = ROUND.with(|round| {
            if round.since.get().is_none() {
                round.since.set(round.now.get());
            }
            let mut waiting = round.waiting.borrow_mut();
            waiting.push(self.clone());
            let task = round.task.borrow();
            // The first one has the round end.
            if let (1, Some(task)) = (waiting.len(), &*task) {
                task.wake_by_ref();
            }
            task.is_some()
        });
        if !ends {
            hand_over();
        }
    }

    /// Hands over what the system takes at once. Where it does not take all, the connection's task goes on.
    fn hand_over(&self) {
        self.listed.set(false);
        let mut held = self.held.borrow_mut();
        let mut sent = 0;
        while sent < held.len() && !self.stuck.get() {
            match self.stream.borrow().send(&held[sent..]) {
                Ok(some) => sent += some,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    match error.kind() {
                        io::ErrorKind::WouldBlock => self.stuck.set(true),
                        kind => self.failed.set(Some(kind)),
                    }
                    break;
                }
            }
        }
        forget(&mut held, sent);
        drop(held);
        if let Some(failed) = self.failed.get() {
            self.fail(failed);
        }
        if self.stuck.get() || self.failed.get().is_some() {
            let waker = self.waker.take();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    fn fail(&self, kind: io::ErrorKind) {
        self.failed.set(Some(kind));
        self.stuck.set(false);
        *self.held.borrow_mut() = Vec::new();
    }

    /// Waits until the system has everything.
    fn poll_handed_over(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(failed) = self.failed.take() {
            return Poll::Ready(Err(failed.into()));
        }
        let mut held = self.held.borrow_mut();
        while !held.is_empty() {
            let written =
                each!(&mut *self.stream.borrow_mut(), stream => Pin::new(stream).poll_write(cx, &held));
            self.stuck.set(written.is_pending());
            let written = ready!(written)?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            forget(&mut held, written);
        }
        self.stuck.set(false);
        Poll::Ready(Ok(()))
    }
}

/// Forgets the beginning of what is held, and memory that is more than most answers need.
fn forget(held: &mut Vec<u8>, sent: usize) {
    held.drain(..sent);
    if held.is_empty() && held.capacity() > KEPT {
        *held = Vec::new();
    }
}

impl Boxed {
    pub(crate) fn new(stream: Stream) -> Boxed {
        Boxed(Rc::new(Outbox {
            stream: RefCell::new(stream),
            held: RefCell::default(),
            listed: Cell::new(false),
            stuck: Cell::new(false),
            failed: Cell::new(None),
            waker: RefCell::new(None),
        }))
    }

    /// What was written and the system does not have yet.
    pub(crate) fn outbox(&self) -> Rc<Outbox> {
        self.0.clone()
    }

    /// Whether so much more may wait, once what is stuck has gone.
    fn poll_holds(&self, length: usize, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let outbox = &self.0;
        let holds = outbox.held.borrow().len() + length <= MOST;
        if outbox.stuck.get() || outbox.failed.get().is_some() || !holds {
            ready!(outbox.poll_handed_over(cx))?;
        }
        Poll::Ready(Ok(length <= MOST))
    }
}

impl AsyncRead for Boxed {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        each!(&mut *self.0.stream.borrow_mut(), stream => Pin::new(stream).poll_read(cx, buf))
    }
}

impl AsyncWrite for Boxed {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        if ready!(self.poll_holds(data.len(), cx))? {
            self.0.hold(data, cx);
            return Poll::Ready(Ok(data.len()));
        }
        each!(&mut *self.0.stream.borrow_mut(), stream => Pin::new(stream).poll_write(cx, data))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = data.iter().map(|part| part.len()).sum();
        if ready!(self.poll_holds(length, cx))? {
            data.iter().for_each(|part| self.0.hold(part, cx));
            return Poll::Ready(Ok(length));
        }
        each!(&mut *self.0.stream.borrow_mut(), stream => Pin::new(stream).poll_write_vectored(cx, data))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // What waits for the end of the round is on its way.
        match self.0.stuck.get() || self.0.failed.get().is_some() {
            true => self.0.poll_handed_over(cx),
            false => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.0.poll_handed_over(cx))?;
        each!(&mut *self.0.stream.borrow_mut(), stream => Pin::new(stream).poll_shutdown(cx))
    }
}

#[cfg(test)]
mod tests;
