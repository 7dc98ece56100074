//! What the host knows of a worker, and who waits for what.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError};

use rustix::process::{Pid, Signal};
use wgpu::custom::{BoxDeviceLostCallback, BoxSubmittedWorkDoneCallback, BufferMapCallback};
use wgpu::{BufferAsyncError, UncapturedErrorHandler};

use super::link::Slot;
use super::shared_memory::Block;
use super::wire::{Answer, Fault};

/// What the host knows of a worker.
#[derive(Default)]
pub(super) struct State {
    /// Its process, for as long as that has its number.
    pub(super) pid: Option<Pid>,
    pub(super) is_reaped: bool,
    /// Why there is nothing more to come.
    pub(super) ended: Option<Arc<str>>,
    pub(super) replies: HashMap<u32, Waiter>,
    /// What was written by frames that are not known to be done.
    pub(super) written: VecDeque<(u32, Vec<Block>)>,
    pub(super) submitted: u64,
    pub(super) landed: u64,
    /// Who wants to hear that submissions are done, in their order.
    pub(super) works: VecDeque<(u64, BoxSubmittedWorkDoneCallback)>,
    /// What is to be read, in the order in which it was asked for.
    pub(super) maps: Vec<Map>,
    pub(super) last_map: u64,
    /// What is told as soon as somebody polls.
    pub(super) ready: Vec<Box<dyn FnOnce() + Send>>,
    pub(super) lost: Option<BoxDeviceLostCallback>,
    pub(super) uncaught: Option<Arc<dyn UncapturedErrorHandler>>,
}

/// Who waits for a frame to be done.
pub(super) struct Waiter {
    pub(super) in_order: bool,
    pub(super) reply: Option<(Vec<Fault>, Answer)>,
}

/// Something that is to be read.
pub(super) struct Map {
    pub(super) map: u64,
    /// The last submission when it was asked for.
    pub(super) serial: u64,
    /// Whether it is, once that is known.
    pub(super) is_there: Option<bool>,
    pub(super) callback: BufferMapCallback,
    pub(super) block: Arc<Block>,
    pub(super) slot: Slot,
}

impl Map {
    /// What tells that it is there, or is not to be had.
    fn tell(self) -> Box<dyn FnOnce() + Send> {
        let Map { is_there, callback, block, slot, .. } = self;
        Box::new(move || {
            if is_there != Some(true) {
                return callback(Err(BufferAsyncError));
            }
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(block);
            callback(Ok(()));
        })
    }
}

impl State {
    /// Whether there is anything to tell. That a submission is done is told after what was to be read of it is there, and
    /// before what was to be read of later ones, as by wgpu itself: who hears of the last one may look no more, and who
    /// reads knows of all that was before.
    pub(super) fn is_ready(&mut self) -> bool {
        loop {
            let next = self.works.front().map(|(serial, _)| *serial);
            let is_due = |map: &Map| next.is_none_or(|next| map.serial <= next);
            let there = self.maps.extract_if(.., |map| is_due(map) && map.is_there.is_some());
            self.ready.extend(there.map(Map::tell));
            let is_done = next.is_some_and(|next| next <= self.landed) && !self.maps.iter().any(is_due);
            if !is_done {
                return !self.ready.is_empty();
            }
            self.ready.extend(self.works.pop_front().map(|(_, callback)| callback));
        }
    }

    pub(super) fn kill(&self) {
        if let Some(pid) = self.pid {
            // With all that its driver has started. What has ended already can't be killed.
            let _ = rustix::process::kill_process_group(pid, Signal::KILL);
        }
    }
}
