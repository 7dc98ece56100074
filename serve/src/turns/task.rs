//! Whether something that is polled waits for its turn.

use std::cell::Cell;
use std::rc::Rc;
use std::task::Poll;

use dayfly_core::turn;

use crate::connection::outbox;

/// What is polled on a thread, together with others: whether it computes, and waits for its next turn.
#[derive(Debug, Default)]
pub(crate) struct Task {
    waits: Cell<bool>,
}

impl Task {
    /// Whether it computes, and waits for its next turn.
    pub(crate) fn waits(&self) -> bool {
        self.waits.get()
    }

    /// Polls it.
    pub(crate) fn poll<T>(self: &Rc<Self>, poll: impl FnOnce() -> Poll<T>) -> Poll<T> {
        self.waits.set(false);
        // What others noted is not of this one.
        turn::ended();
        let polled = poll();
        self.waits.set(turn::ended() && polled.is_pending());
        outbox::polled(self.waits.get());
        polled
    }
}
