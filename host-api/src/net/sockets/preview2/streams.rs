//! The two streams of a connection.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError, StreamResult};
use wasmtime_wasi::sockets::ErrorCode;

use crate::net::sockets::halves::{Receiving, Sending, Sent};
use crate::net::sockets::handle::{Handle, Side};
use crate::net::task::AbortOnDrop;

/// The most bytes that one call reads or writes.
const MOST: usize = 64 << 10;

/// What is received. The socket has it as well, to close it.
#[derive(Clone)]
pub(super) struct Input(Arc<Mutex<Option<Receiving>>>);

impl Input {
    pub(super) fn new(receiving: Receiving) -> Input {
        Input(Arc::new(Mutex::new(Some(receiving))))
    }

    /// Receives nothing any more.
    pub(super) fn close(&self) {
        *self.receiving() = None;
    }

    fn receiving(&self) -> MutexGuard<'_, Option<Receiving>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl InputStream for Input {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        let mut open = self.receiving();
        let receiving = open.as_ref().ok_or(StreamError::Closed)?;
        if size == 0 {
            return Ok(Bytes::new());
        }
        let error = match receiving.now(size.min(MOST)) {
            Ok(None) => return Ok(Bytes::new()),
            Ok(Some(bytes)) if !bytes.is_empty() => return Ok(bytes.into()),
            Ok(Some(_)) => StreamError::Closed,
            Err(code) => StreamError::LastOperationFailed(code.into()),
        };
        *open = None;
        Err(error)
    }
}

#[async_trait::async_trait]
impl Pollable for Input {
    async fn ready(&mut self) {
        let handle = self.receiving().as_ref().map(|receiving| receiving.handle.clone());
        if let Some(handle) = handle {
            handle.ready(Side::Read).await;
        }
    }
}

/// What is sent. What the system does not take at once is sent by a task: a guest that waits for an answer does not know
/// that the end of its question is still here.
#[derive(Clone)]
pub(super) struct Output(Arc<Mutex<Outgoing>>);

struct Outgoing {
    state: State,
    /// What was written and is not sent yet.
    left: Bytes,
    /// How much may be written now.
    permit: usize,
    /// Sends what is left, and ends with the stream.
    task: Option<AbortOnDrop<()>>,
}

enum State {
    Open(Sending),
    /// To be closed as soon as nothing is left.
    Closing(Sending),
    Closed,
    Failed(ErrorCode),
}

impl Output {
    pub(super) fn new(sending: Sending) -> Output {
        let (state, left) = (State::Open(sending), Bytes::new());
        Output(Arc::new(Mutex::new(Outgoing { state, left, permit: 0, task: None })))
    }

    /// Sends nothing more than what was written.
    pub(super) fn close(&self) {
        let mut outgoing = self.outgoing();
        outgoing.state = match mem::replace(&mut outgoing.state, State::Closed) {
            State::Open(sending) if !outgoing.left.is_empty() => State::Closing(sending),
            State::Open(_) => State::Closed,
            state => state,
        };
    }

    fn outgoing(&self) -> MutexGuard<'_, Outgoing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what is left, in time.
    async fn drain(&self) {
        loop {
            // The lock is not held while this waits.
            let next = self.outgoing().step();
            if !next.over().await {
                return;
            }
        }
    }
}

/// What sending waits for.
enum Step {
    Done,
    Pause(Duration),
    Full(Arc<Handle>),
}

impl Step {
    /// Waits for it, and says whether it is worth another attempt.
    async fn over(self) -> bool {
        match self {
            Step::Done => return false,
            Step::Pause(time) => tokio::time::sleep(time).await,
            // Where the runtime is shut down, so is the guest.
            Step::Full(handle) => return handle.event(Side::Write).await.is_ok(),
        }
        true
    }
}

/// The same, for as long as anybody has the stream.
async fn drain_while_used(outgoing: Weak<Mutex<Outgoing>>) {
    while let Some(output) = outgoing.upgrade().map(Output) {
        let next = output.outgoing().step();
        drop(output);
        if !next.over().await {
            return;
        }
    }
}

impl Outgoing {
    /// Sends what is left, as far as that needs no waiting.
    fn step(&mut self) -> Step {
        let (State::Open(sending) | State::Closing(sending)) = &self.state else { return Step::Done };
        while !self.left.is_empty() {
            match sending.now(&self.left) {
                Ok(Sent::Bytes(sent)) => drop(self.left.split_to(sent)),
                Ok(Sent::Full) => return Step::Full(sending.handle.clone()),
                Ok(Sent::Wait(time)) => return Step::Pause(time),
                Err(code) => {
                    self.left = Bytes::new();
                    self.state = match code {
                        ErrorCode::ConnectionBroken => State::Closed,
                        code => State::Failed(code),
                    };
                    return Step::Done;
                }
            }
        }
        if matches!(self.state, State::Closing(_)) {
            self.state = State::Closed;
        }
        Step::Done
    }

    /// Whether anything can be written, now or later.
    fn usable(&self) -> StreamResult<()> {
        match &self.state {
            State::Open(_) | State::Closing(_) => Ok(()),
            State::Closed => Err(StreamError::Closed),
            State::Failed(code) => Err(StreamError::LastOperationFailed((*code).into())),
        }
    }
}

#[async_trait::async_trait]
impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut outgoing = self.outgoing();
        if matches!(outgoing.state, State::Closed | State::Failed(_)) {
            return outgoing.usable();
        }
        if bytes.len() > mem::take(&mut outgoing.permit) {
            return Err(StreamError::trap("more is written than check-write permits"));
        }
        // Nothing may be written at any time, also while what was written before is not sent.
        if bytes.is_empty() {
            return outgoing.usable();
        }
        outgoing.left = bytes;
        if !matches!(outgoing.step(), Step::Done) {
            let task = drain_while_used(Arc::downgrade(&self.0));
            outgoing.task = Some(AbortOnDrop(tokio::spawn(task)));
        }
        outgoing.usable()
    }

    fn flush(&mut self) -> StreamResult<()> {
        // All of it is sent as soon as it can be.
        self.outgoing().usable()
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        let mut outgoing = self.outgoing();
        let step = outgoing.step();
        outgoing.usable()?;
        outgoing.permit = match (&outgoing.state, step) {
            (State::Open(sending), Step::Done) if sending.handle.is_ready(Side::Write) => MOST,
            _ => 0,
        };
        Ok(outgoing.permit)
    }

    async fn cancel(&mut self) {
        // To the guest it is written.
        self.drain().await;
    }
}

#[async_trait::async_trait]
impl Pollable for Output {
    async fn ready(&mut self) {
        self.drain().await;
        let handle = match &self.outgoing().state {
            State::Open(sending) => Some(sending.handle.clone()),
            _ => None,
        };
        if let Some(handle) = handle {
            handle.ready(Side::Write).await;
        }
    }
}
