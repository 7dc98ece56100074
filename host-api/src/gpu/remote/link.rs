//! The host's end of a worker: what is sent, what is waited for, and what comes.

use std::fmt;
use std::mem;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use rustix::process::Pid;
use wgpu::BufferAsyncError;
use wgpu::custom::BufferMapCallback;

use super::frames;
use super::lanes::{Lanes, Load};
use super::shared_memory::{Block, Pool};
use super::state::{Map, State, Waiter};
use super::wire::{self, Answer, Fault, Head, Id, MOST_SENT, Op};

/// What was written that is sent at once, in bytes: so that it is copied while more of it comes.
const SOON: usize = 1 << 20;

/// Where what was read of a buffer is, as long as it is mapped.
pub(super) type Slot = Arc<Mutex<Option<Arc<Block>>>>;

/// The host's end of a worker.
pub(super) struct Link {
    socket: OwnedFd,
    main: Mutex<Main>,
    lanes: Lanes,
    pub(super) state: Mutex<State>,
    pub(super) changed: Condvar,
    ids: AtomicU64,
    pool: Arc<Pool>,
}

/// What is sent next, of what is done in order. Held while anything is sent.
#[derive(Default)]
struct Main {
    ops: Vec<u8>,
    /// Through what data passes that goes with it.
    written: Vec<Block>,
    bytes: usize,
    /// The number of the last frame.
    number: u32,
}

/// The worker is gone.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Gone(Arc<str>);

impl Link {
    /// That of a process, for a device whose thread is `main`.
    pub(super) fn new(socket: OwnedFd, pid: Pid, main: ThreadId) -> Link {
        Link {
            socket,
            main: Mutex::default(),
            lanes: Lanes::of(main),
            state: Mutex::new(State { pid: Some(pid), ..State::default() }),
            changed: Condvar::new(),
            ids: AtomicU64::new(0),
            pool: Arc::default(),
        }
    }

    pub(super) fn socket(&self) -> &OwnedFd {
        &self.socket
    }

    pub(super) fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// A name for something new.
    pub(super) fn id(&self) -> Id {
        self.ids.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Has something be done with what this thread sends next.
    pub(super) fn put(&self, op: &Op) {
        let put = match self.lanes.put(op) {
            Ok(true) => Ok(()),
            Ok(false) => wire::append(&mut self.main().ops, op),
            Err(error) => Err(error),
        };
        if let Err(error) = put {
            self.kill(&format!("what is asked of it can't be written: {error}"));
        }
    }

    /// The same, and sends it at once where no scope waits for it.
    pub(super) fn put_soon(&self, op: &Op) {
        self.put(op);
        self.send_soon();
    }

    fn send_soon(&self) {
        if !self.lanes.is_scoped() {
            // Who is gone does not do it.
            let _ = self.send(Load::Main, false);
        }
    }

    /// Has something be dropped, after all that this thread asked for; at once where it may be large.
    pub(super) fn put_dropped(&self, id: Id, is_large: bool) {
        let op = Op::Drop { id };
        let put = match self.lanes.put_dropped(&op) {
            Ok(false) => wire::append(&mut self.main().ops, &op),
            put => put.map(drop),
        };
        if let Err(error) = put {
            self.kill(&format!("what is asked of it can't be written: {error}"));
        } else if is_large {
            self.send_soon();
        }
    }

    /// Has something be done, and waits for the answer.
    ///
    /// # Errors
    /// The worker is gone, or did not answer in time: then it is killed.
    pub(super) fn ask(&self, op: &Op, patience: Option<Duration>) -> Result<Answer, Gone> {
        self.put(op);
        self.settle(patience)
    }

    /// Sends what this thread asked for, and waits until it is done.
    ///
    /// # Errors
    /// As above.
    pub(super) fn settle(&self, patience: Option<Duration>) -> Result<Answer, Gone> {
        let number = self.send(self.lanes.load(), true)?;
        let (faults, answer) = self.wait(number, patience)?;
        let uncaught = self.lanes.catch(faults);
        let handler = self.state().uncaught.clone();
        if let Some(handler) = handler {
            uncaught.into_iter().for_each(|error| handler(error));
        }
        Ok(answer)
    }

    /// Sends a frame; gives its number.
    fn send(&self, load: Load, wants: bool) -> Result<u32, Gone> {
        let mut main = self.main();
        let (body, beside) = match load {
            Load::Main => {
                for slab in self.pool.dropped() {
                    // It only ever fails for want of memory, and is tried again with nothing else.
                    let _ = wire::append(&mut main.ops, &Op::DropSlab { slab });
                }
                (mem::take(&mut main.ops), None)
            }
            Load::Beside(ops, stack) => (ops, Some(stack)),
        };
        main.number = main.number.wrapping_add(1);
        let number = main.number;
        {
            let mut state = self.state();
            if let Some(why) = &state.ended {
                return Err(Gone(why.clone()));
            }
            if wants {
                state.replies.insert(number, Waiter { in_order: beside.is_none(), reply: None });
            }
            if beside.is_none() && !main.written.is_empty() {
                let written = mem::take(&mut main.written);
                state.written.push_back((number, written));
            }
        }
        let head = Head { number, wants, beside };
        if beside.is_none() {
            main.bytes = 0;
        }
        self.transmit(&head, &body, None)?;
        // Room for what comes next.
        if beside.is_none() && body.capacity() <= SOON {
            main.ops = body;
            main.ops.clear();
        }
        Ok(number)
    }

    /// Puts a frame on its way, while nobody else does.
    fn transmit(&self, head: &Head, body: &[u8], file: Option<&OwnedFd>) -> Result<(), Gone> {
        let head = postcard::to_allocvec(head);
        let sent = match head {
            Ok(head) if body.len() < MOST_SENT - head.len() => {
                frames::send(&self.socket, &head, body, file.map(AsFd::as_fd))
            }
            _ => return Err(self.kill("what is asked of it is too long")),
        };
        match sent {
            Ok(()) => Ok(()),
            // Whoever keeps it finds that it is gone, and why.
            Err(_) => {
                self.kill_process();
                Err(self.gone())
            }
        }
    }

    fn wait(&self, number: u32, patience: Option<Duration>) -> Result<(Vec<Fault>, Answer), Gone> {
        let until = patience.and_then(|patience| Instant::now().checked_add(patience));
        let mut state = self.state();
        loop {
            if let Some(reply) = state.replies.get_mut(&number).and_then(|waiter| waiter.reply.take()) {
                state.replies.remove(&number);
                return Ok(reply);
            }
            if let Some(why) = &state.ended {
                return Err(Gone(why.clone()));
            }
            let Some(until) = until else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(state);
                return Err(self.kill("the process of its driver does not answer"));
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until it is known why it is gone, which it is.
    fn gone(&self) -> Gone {
        let mut state = self.state();
        loop {
            if let Some(why) = &state.ended {
                return Gone(why.clone());
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Memory that the worker has, too.
    ///
    /// # Errors
    /// There is none, or the worker is gone.
    pub(super) fn block(&self, length: usize) -> Result<Block, String> {
        let (block, fresh) = self.pool.take(length).map_err(|error| error.to_string())?;
        if let Some(fresh) = fresh {
            let mut ops = Vec::new();
            let op = Op::Slab { slab: fresh.slab, size: fresh.size };
            wire::append(&mut ops, &op).map_err(|error| error.to_string())?;
            let mut main = self.main();
            main.number = main.number.wrapping_add(1);
            let head = Head { number: main.number, wants: false, beside: None };
            self.transmit(&head, &ops, Some(&fresh.file)).map_err(|gone| gone.to_string())?;
        }
        Ok(block)
    }

    /// Writes what lies in a block to a buffer.
    pub(super) fn write(&self, buffer: Id, offset: u64, block: Block) {
        let op = Op::Write { buffer, offset, place: block.place() };
        let mut main = self.main();
        if let Err(error) = wire::append(&mut main.ops, &op) {
            drop(main);
            self.kill(&format!("what is asked of it can't be written: {error}"));
            return;
        }
        main.bytes = main.bytes.saturating_add(op_bytes(&op));
        main.written.push(block);
        let is_much = main.bytes >= SOON;
        drop(main);
        if is_much {
            // Who is gone does not do it.
            let _ = self.send(Load::Main, false);
        }
    }

    /// Submits commands; gives the number of that.
    pub(super) fn submit(&self, commands: Vec<Id>) -> u64 {
        let serial = {
            let mut state = self.state();
            state.submitted += 1;
            state.submitted
        };
        self.put_soon(&Op::Submit { serial, commands });
        serial
    }

    /// Has a buffer be read into a block.
    pub(super) fn read(
        &self,
        buffer: Id,
        start: u64,
        block: Block,
        slot: &Slot,
        callback: BufferMapCallback,
    ) {
        let place = block.place();
        let mut state = self.state();
        if state.ended.is_some() {
            drop(state);
            callback(Err(BufferAsyncError));
            return;
        }
        state.last_map += 1;
        let map = state.last_map;
        let serial = state.submitted;
        let (block, slot) = (Arc::new(block), slot.clone());
        state.maps.push(Map { map, serial, is_there: None, callback, block, slot });
        drop(state);
        self.put_soon(&Op::Read { map, buffer, start, place });
    }

    /// Kills the worker. What is waited for fails, for this reason if it is the first one.
    pub(super) fn kill(&self, why: &str) -> Gone {
        let mut state = self.state();
        let why = state.ended.get_or_insert_with(|| why.into()).clone();
        state.kill();
        self.hang_up();
        self.changed.notify_all();
        Gone(why)
    }

    /// Kills the worker. Whoever keeps it says why it is gone.
    pub(super) fn kill_process(&self) {
        self.state().kill();
        self.hang_up();
    }

    /// Has nobody wait for the socket any more, whoever else may have its other end.
    fn hang_up(&self) {
        // What has come already is read still.
        let _ = rustix::net::shutdown(&self.socket, rustix::net::Shutdown::Both);
    }

    /// Notes that the number of its process may be that of another one from now on.
    pub(super) fn forget_process(&self) {
        self.state().pid = None;
    }

    /// Notes that nothing is left of its process.
    pub(super) fn reaped(&self) {
        self.state().is_reaped = true;
        self.changed.notify_all();
    }

    /// Waits until nothing is left of its process; not for long.
    pub(super) fn wait_reaped(&self, patience: Duration) {
        let _ = self.changed.wait_timeout_while(self.state(), patience, |state| !state.is_reaped);
    }

    fn main(&self) -> MutexGuard<'_, Main> {
        self.main.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("pid", &self.state().pid).finish_non_exhaustive()
    }
}

fn op_bytes(op: &Op) -> usize {
    match op {
        Op::Write { place, .. } => place.length,
        _ => 0,
    }
}
