//! What threads ask of a device, until it is sent. The device's own thread has it done in order; others, which compile, have
//! theirs done beside that. Errors are caught by the scopes of the thread that asked.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use wgpu::{Error, ErrorFilter};

use super::wire::{self, Fault, Kind, Op};

/// The lanes of a device.
#[derive(Debug)]
pub(super) struct Lanes {
    /// The device's own thread.
    main: ThreadId,
    all: Mutex<HashMap<ThreadId, Lane>>,
}

#[derive(Debug, Default)]
struct Lane {
    scopes: Vec<Scope>,
    /// Whether anything was asked for that the scopes have to hear of.
    is_dirty: bool,
    /// What was asked for, where that is done beside the rest.
    ops: Vec<u8>,
    stack: u64,
}

#[derive(Debug)]
struct Scope {
    filter: ErrorFilter,
    caught: Option<Error>,
}

/// What a thread has to send.
pub(super) enum Load {
    /// With all else that is done in order.
    Main,
    /// On a thread with such a stack.
    Beside(Vec<u8>, u64),
}

impl Lanes {
    /// Those of a device whose thread is this one.
    pub(super) fn of(main: ThreadId) -> Lanes {
        Lanes { main, all: Mutex::default() }
    }

    /// Takes something that this thread asks for; false where it is done in order.
    ///
    /// # Errors
    /// It can't be written.
    pub(super) fn put(&self, op: &Op) -> Result<bool, postcard::Error> {
        let thread = thread::current().id();
        let mut all = self.all();
        let Some(lane) = all.get_mut(&thread) else { return Ok(false) };
        lane.is_dirty = true;
        if thread == self.main {
            return Ok(false);
        }
        wire::append(&mut lane.ops, op)?;
        Ok(true)
    }

    /// Takes something that is dropped after what this thread asked for; false where that is done in order.
    ///
    /// # Errors
    /// It can't be written.
    pub(super) fn put_dropped(&self, op: &Op) -> Result<bool, postcard::Error> {
        let mut all = self.all();
        let lane = all.get_mut(&thread::current().id()).filter(|lane| !lane.ops.is_empty());
        let Some(lane) = lane else { return Ok(false) };
        wire::append(&mut lane.ops, op)?;
        Ok(true)
    }

    /// Has what this thread asks for be done with such a stack, in bytes.
    pub(super) fn needs(&self, stack: u64) {
        if let Some(lane) = self.all().get_mut(&thread::current().id()) {
            lane.stack = lane.stack.max(stack);
        }
    }

    /// Whether this thread has a scope open.
    pub(super) fn is_scoped(&self) -> bool {
        self.all().contains_key(&thread::current().id())
    }

    /// What this thread has to send.
    pub(super) fn load(&self) -> Load {
        let thread = thread::current().id();
        let mut all = self.all();
        match all.get_mut(&thread) {
            Some(lane) => {
                lane.is_dirty = false;
                match thread == self.main {
                    true => Load::Main,
                    false => Load::Beside(std::mem::take(&mut lane.ops), lane.stack),
                }
            }
            None => Load::Main,
        }
    }

    pub(super) fn push(&self, filter: ErrorFilter) -> u32 {
        let mut all = self.all();
        let scopes = &mut all.entry(thread::current().id()).or_default().scopes;
        scopes.push(Scope { filter, caught: None });
        u32::try_from(scopes.len() - 1).unwrap_or(u32::MAX)
    }

    /// Whether there is anything that this thread's scopes have to hear of.
    pub(super) fn is_dirty(&self) -> bool {
        self.all().get(&thread::current().id()).is_some_and(|lane| lane.is_dirty)
    }

    /// Closes this thread's scopes from this one on; gives what that caught.
    pub(super) fn pop(&self, index: u32) -> Option<Error> {
        let thread = thread::current().id();
        let mut all = self.all();
        let lane = all.get_mut(&thread)?;
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let caught = lane.scopes.drain(index.min(lane.scopes.len())..).next().and_then(|scope| scope.caught);
        if lane.scopes.is_empty() {
            all.remove(&thread);
        }
        caught
    }

    /// Gives errors to this thread's scopes; gives back those that none catches.
    pub(super) fn catch(&self, faults: Vec<Fault>) -> Vec<Error> {
        let mut all = self.all();
        let mut lane = all.get_mut(&thread::current().id());
        let mut uncaught = Vec::new();
        for fault in faults {
            let filter = filter(fault.kind);
            let scopes = lane.as_mut().map(|lane| lane.scopes.iter_mut().rev());
            match scopes.and_then(|mut scopes| scopes.find(|scope| scope.filter == filter)) {
                Some(scope) => {
                    scope.caught.get_or_insert_with(|| fault.into_error());
                }
                None => uncaught.push(fault.into_error()),
            }
        }
        uncaught
    }

    fn all(&self) -> MutexGuard<'_, HashMap<ThreadId, Lane>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn filter(kind: Kind) -> ErrorFilter {
    match kind {
        Kind::Validation => ErrorFilter::Validation,
        Kind::OutOfMemory => ErrorFilter::OutOfMemory,
        Kind::Internal => ErrorFilter::Internal,
    }
}
