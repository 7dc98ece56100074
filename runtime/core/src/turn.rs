//! Turns: how what computes on a thread lets others go on there.
//!
//! Who polls a guest together with other things does not see whether it waits for something, or would go on at once if it
//! were polled again. An executor that makes guests yield says so here, and who polled takes note of it.

use std::cell::Cell;

thread_local! {
    static ENDED: Cell<bool> = const { Cell::new(false) };
}

/// Notes that a guest that is polled on this thread computes, and yields only so that others go on.
pub fn ends() {
    ENDED.set(true);
}

/// Whether one did so since this was asked last, on this thread.
pub fn ended() -> bool {
    ENDED.take()
}
