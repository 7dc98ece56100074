//! Doing what one frame asks for, and telling which errors that had.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread;

use wgpu::{ErrorFilter, ErrorScopeGuard};

use super::super::wire::{Answer, Event, Fault, Head, Kind, Op};
use super::{Nonsense, Worker};
use crate::gpu::{quiet, ready};

/// The most of a stack that anything has, in bytes.
const MOST_STACK: u64 = 4 << 30;

/// Files that came with a frame.
pub(super) type Files<'a> = Option<&'a mut VecDeque<OwnedFd>>;

impl Worker {
    /// Does what a frame asks for, or has a thread of its own do it.
    pub(super) fn take(self: &Arc<Worker>, frame: &[u8], files: Files<'_>) -> Result<(), Nonsense> {
        let (head, ops): (Head, _) = postcard::take_from_bytes(frame)?;
        let Some(stack) = head.beside else { return self.batch(&head, ops, files) };
        let stack = usize::try_from(stack.min(MOST_STACK)).unwrap_or(usize::MAX);
        let thread = thread::Builder::new().name(format!("{}-compile", quiet::THREADS)).stack_size(stack);
        let (worker, ops, number) = (self.clone(), ops.to_vec(), head.number);
        let thread = thread.spawn(move || worker.guarded(|| worker.batch(&head, &ops, None)));
        if let Err(error) = thread {
            let text = format!("there is no thread to compile with: {error}");
            let faults = vec![Fault { kind: Kind::OutOfMemory, text }];
            self.out.say(&Event::Done { number, faults, answer: Answer::None });
        }
        Ok(())
    }

    fn batch(&self, head: &Head, mut ops: &[u8], mut files: Files<'_>) -> Result<(), Nonsense> {
        let scopes = self.opened.get().filter(|_| head.wants).map(|opened| Scopes::open(&opened.device));
        let mut answer = Answer::None;
        let mut forced = Vec::new();
        while !ops.is_empty() {
            let (op, rest): (Op, _) = postcard::take_from_bytes(ops)?;
            ops = rest;
            forced.extend(super::fault::before(&self.out, &op));
            if let Some(given) = self.perform(op, files.as_deref_mut())? {
                answer = given;
            }
        }
        // What was submitted is looked after once all that belongs to it was asked for.
        if let Some(opened) = self.opened.get() {
            opened.waits.go();
        }
        let mut faults = scopes.map(Scopes::close).unwrap_or_default();
        faults.extend(forced);
        if head.wants {
            self.out.say(&Event::Done { number: head.number, faults, answer });
        }
        Ok(())
    }
}

/// What catches the errors of a frame.
struct Scopes([ErrorScopeGuard; 3]);

impl Scopes {
    fn open(device: &wgpu::Device) -> Scopes {
        let filters = [ErrorFilter::Validation, ErrorFilter::OutOfMemory, ErrorFilter::Internal];
        Scopes(filters.map(|filter| device.push_error_scope(filter)))
    }

    fn close(self) -> Vec<Fault> {
        let Scopes([validation, memory, internal]) = self;
        // In the reverse order.
        let errors = [ready(internal.pop()), ready(memory.pop()), ready(validation.pop())];
        errors.into_iter().flatten().flatten().map(|error| Fault::of(&error)).collect()
    }
}
