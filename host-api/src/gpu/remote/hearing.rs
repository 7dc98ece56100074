//! What a worker says, and who is told of it.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use wgpu::custom::{BoxDeviceLostCallback, BoxSubmittedWorkDoneCallback};
use wgpu::{BufferAsyncError, DeviceLostReason, UncapturedErrorHandler};

use super::link::Link;
use super::wire::{self, Event};

/// What comes makes no sense, or the driver gave the device up.
pub(super) struct Over(pub(super) String);

impl Link {
    /// Tells somebody when the last submission is done.
    pub(super) fn when_done(&self, callback: BoxSubmittedWorkDoneCallback) {
        let mut state = self.state();
        let serial = state.submitted;
        // Where the worker is gone it is never done.
        if state.ended.is_none() {
            state.works.push_back((serial, callback));
        }
    }

    /// Tells what there is to be told, and waits for something no longer than so long.
    pub(super) fn poll(&self, wait: Duration) {
        let until = Instant::now().checked_add(wait);
        let mut state = self.state();
        while !state.is_ready() && state.ended.is_none() {
            let left = until.map_or(wait, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                break;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let ready = mem::take(&mut state.ready);
        drop(state);
        ready.into_iter().for_each(|tell| tell());
    }

    pub(super) fn is_idle(&self) -> bool {
        let state = self.state();
        state.landed >= state.submitted
    }

    /// Tells somebody when the device is lost.
    pub(super) fn when_lost(&self, callback: BoxDeviceLostCallback) {
        let mut state = self.state();
        match state.ended.clone() {
            Some(why) => {
                drop(state);
                callback(DeviceLostReason::Unknown, why.to_string());
            }
            None => state.lost = Some(callback),
        }
    }

    pub(super) fn when_uncaught(&self, handler: Arc<dyn UncapturedErrorHandler>) {
        self.state().uncaught = Some(handler);
    }

    /// Takes what the worker says.
    ///
    /// # Errors
    /// It makes no sense, or there is nothing more to come.
    pub(super) fn hear(&self, event: Event) -> Result<(), Over> {
        let nonsense = || Over("the process of its driver says what makes no sense".to_owned());
        let mut state = self.state();
        let mut done = Vec::new();
        match event {
            Event::Done { number, faults, answer } => {
                let waiter = state.replies.get_mut(&number).filter(|waiter| waiter.reply.is_none());
                let waiter = waiter.ok_or_else(nonsense)?;
                waiter.reply = Some((faults, answer));
                if waiter.in_order {
                    // What was sent before is done, too: the difference is less than half of all numbers.
                    while let Some((first, _)) = state.written.front()
                        && number.wrapping_sub(*first) < u32::MAX / 2
                    {
                        done.extend(state.written.pop_front());
                    }
                }
            }
            Event::Landed { serial } => {
                if serial <= state.landed || serial > state.submitted {
                    return Err(nonsense());
                }
                state.landed = serial;
            }
            Event::Mapped { map, is_there } => {
                let map = state.maps.iter_mut().find(|one| one.map == map && one.is_there.is_none());
                map.ok_or_else(nonsense)?.is_there = Some(is_there);
            }
            Event::Uncaught(fault) => {
                let handler = state.uncaught.clone();
                drop(state);
                if let Some(handler) = handler {
                    handler(fault.into_error());
                }
                return Ok(());
            }
            Event::Lost(why) => return Err(Over(wire::cut(why))),
        }
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    /// Ends all that is waited for. Who wants to hear that the device is lost is told first, so that who waited finds it so.
    pub(super) fn end(&self, why: &str) {
        let mut state = self.state();
        // Who had it end has said why.
        let said = state.ended.clone();
        let (lost, why) = (state.lost.take(), said.as_deref().unwrap_or(why));
        drop(state);
        if let Some(lost) = lost {
            // What others do when they hear of it is not to keep its process from being looked after.
            let _ = catch_unwind(AssertUnwindSafe(|| lost(DeviceLostReason::Unknown, why.to_owned())));
        }
        let mut state = self.state();
        state.ended.get_or_insert_with(|| why.into());
        let (maps, works) = (mem::take(&mut state.maps), mem::take(&mut state.works));
        let (ready, written) = (mem::take(&mut state.ready), mem::take(&mut state.written));
        // What it has knows of this.
        let uncaught = state.uncaught.take();
        drop(state);
        self.changed.notify_all();
        let _ = catch_unwind(AssertUnwindSafe(|| {
            maps.into_iter().for_each(|map| (map.callback)(Err(BufferAsyncError)));
            drop((works, ready, written, uncaught));
        }));
    }
}
