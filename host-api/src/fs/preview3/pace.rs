//! How long a stream goes on without a pause.

use std::task::{Context, Poll};

use crate::fs::descriptor::MOST;

/// Makes a stream that never has to wait do so now and then. Where both of its ends are the host's (a file that a guest
/// hands to another file, or to standard output) nobody else would have a turn before it is over, and nobody could end the
/// guest.
#[derive(Debug, Default)]
pub(super) struct Pace {
    moved: usize,
}

impl Pace {
    /// Notes that bytes went through.
    pub(super) fn moved(&mut self, bytes: usize) {
        self.moved = self.moved.saturating_add(bytes);
    }

    /// Ready, unless so much went through since the last pause that it is time for one.
    pub(super) fn poll_turn(&mut self, cx: &Context<'_>) -> Poll<()> {
        if self.moved < MOST {
            return Poll::Ready(());
        }
        self.moved = 0;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
