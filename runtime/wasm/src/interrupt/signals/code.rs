//! Closing a guest's code.
#![allow(unsafe_code)]

use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::native::Native;
use dayfly_host_api::Gate;

use super::target::Target;

/// How long code is closed at a time for a guest that is to end. Other guests that run the same module wait meanwhile.
pub(super) const CLOSED_FOR_GOOD: Duration = Duration::from_millis(20);
/// The same for a guest that is to wait. That comes again and again: the others must hardly notice.
pub(super) const CLOSED_TO_PAUSE: Duration = Duration::from_millis(2);
/// How often it is looked whether the guest has come back.
const LOOK: Duration = Duration::from_micros(50);

/// Paused while any code is closed. One for all: code belongs to several guests, and may be anybody's.
static CLOSED: Gate = Gate::new();
/// Held by who closes code.
static CLOSING: Mutex<()> = Mutex::new(());

/// Where code is.
pub(super) fn addresses(native: &Native) -> Range<usize> {
    let text = native.text().as_ptr_range();
    text.start.addr()..text.end.addr()
}

/// Waits until no code is closed. A handler may call it.
pub(super) fn wait_until_open() {
    // It is never closed for good.
    let _ = CLOSED.wait();
}

/// Takes the right to be executed from the code of a guest's modules, until the guest met that or `time` is over.
pub(super) fn close_for_a_moment(code: &[Native], target: &Target, time: Duration) {
    let _one = CLOSING.lock().unwrap_or_else(PoisonError::into_inner);
    target.expect();
    CLOSED.pause();
    let closed = code.iter().all(|native| protect(native, libc::PROT_READ));
    let began = Instant::now();
    while closed && !target.has_come() && began.elapsed() < time {
        thread::sleep(LOOK);
    }
    for native in code {
        // What could be closed can be opened; there is nothing else to be done.
        while !protect(native, libc::PROT_READ | libc::PROT_EXEC) && began.elapsed() < CLOSED_FOR_GOOD * 10 {
            thread::sleep(LOOK);
        }
    }
    CLOSED.open();
}

/// Sets what may be done with a module's code, as wasmtime does when it loads it.
fn protect(native: &Native, rights: libc::c_int) -> bool {
    let text = native.text();
    if text.is_empty() {
        return true;
    }
    // SAFETY: the range is the module's code and stays mapped for as long as the module is there. It can be read all the
    // time. Who executes it meanwhile faults, and waits in the handler of faults that every guest's store has.
    unsafe { libc::mprotect(text.as_ptr().cast_mut().cast(), text.len(), rights) == 0 }
}
