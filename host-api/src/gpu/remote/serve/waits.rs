//! The thread that waits for the GPU, and tells what is done.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use wgpu::{PollError, PollType, SubmissionIndex};

use super::super::wire::Event;
use super::{Out, end};
use crate::gpu::quiet;

/// What is waited for.
#[derive(Debug, Default)]
pub(super) struct Waits {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// What belongs to the frame that is at work.
    held: Vec<Wait>,
    queue: VecDeque<Wait>,
}

#[derive(Clone, Debug)]
enum Wait {
    /// For a submission, to tell of it.
    For(SubmissionIndex, u64),
    /// What was mapped after it was done has to be looked at once more.
    Look,
}

impl Waits {
    /// Begins to wait for a device, on a thread of its own.
    ///
    /// # Errors
    /// There is no such thread.
    pub(super) fn start(device: wgpu::Device, out: Out) -> io::Result<Arc<Waits>> {
        let waits = Arc::new(Waits::default());
        let own = waits.clone();
        let thread = thread::Builder::new().name(format!("{}-waits", quiet::THREADS));
        thread.spawn(move || {
            let waited = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| own.wait(&device, &out)));
            if let Err(panic) = waited {
                out.say(&Event::Lost(super::panicked(&*panic)));
            }
            end();
        })?;
        Ok(waits)
    }

    pub(super) fn submitted(&self, index: SubmissionIndex, serial: u64) {
        self.state().held.push(Wait::For(index, serial));
    }

    pub(super) fn look(&self) {
        self.state().held.push(Wait::Look);
    }

    /// Has all be waited for that was asked for.
    pub(super) fn go(&self) {
        let mut state = self.state();
        if !state.held.is_empty() {
            let held = mem::take(&mut state.held);
            state.queue.extend(held);
            self.changed.notify_one();
        }
    }

    fn wait(&self, device: &wgpu::Device, out: &Out) {
        loop {
            match self.next() {
                Wait::For(index, serial) => {
                    // For as long as it takes: the host has a deadline. wgpu panics where a wait is over before what it is
                    // for, and another thread finds at this moment that that is done.
                    let poll = PollType::Wait { submission_index: Some(index), timeout: None };
                    match device.poll(poll) {
                        // What could not be submitted is over when all is that was before it.
                        Ok(_) | Err(PollError::WrongSubmissionIndex(..)) => {
                            self.state().queue.pop_front();
                            out.say(&Event::Landed { serial });
                        }
                        Err(PollError::Timeout) => {}
                    }
                }
                Wait::Look => {
                    self.state().queue.pop_front();
                    // What it is about is told by what it calls.
                    let _ = device.poll(PollType::Poll);
                }
            }
        }
    }

    /// What comes first, once there is anything.
    fn next(&self) -> Wait {
        let mut state = self.state();
        loop {
            if let Some(first) = state.queue.front() {
                return first.clone();
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
