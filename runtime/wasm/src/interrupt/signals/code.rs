//! Closing a guest's code.
#![allow(unsafe_code)]

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use wasmtime::Module;

use super::handler::Target;

/// How long code is closed at a time. Other guests that run the same module wait meanwhile.
const CLOSED_FOR: Duration = Duration::from_millis(20);
/// How often it is looked whether the guest has come back.
const LOOK: Duration = Duration::from_micros(50);

/// How many pieces of code are closed.
static CLOSED: AtomicUsize = AtomicUsize::new(0);

/// Where a module's code is.
pub(super) fn addresses(module: &Module) -> Range<usize> {
    let text = module.text().as_ptr_range();
    text.start.addr()..text.end.addr()
}

/// Whether any code is closed.
pub(super) fn is_closed() -> bool {
    CLOSED.load(Ordering::Acquire) > 0
}

/// Takes the right to be executed from the code of a guest's modules, until the guest met that or some time is over.
pub(super) fn close_for_a_moment(modules: &[Module], target: &Target) {
    target.expect();
    CLOSED.fetch_add(1, Ordering::AcqRel);
    let closed = modules.iter().all(|module| protect(module, libc::PROT_READ));
    let began = Instant::now();
    while closed && !target.has_come() && began.elapsed() < CLOSED_FOR {
        thread::sleep(LOOK);
    }
    for module in modules {
        // What could be closed can be opened; there is nothing else to be done.
        while !protect(module, libc::PROT_READ | libc::PROT_EXEC) && began.elapsed() < CLOSED_FOR * 10 {
            thread::sleep(LOOK);
        }
    }
    CLOSED.fetch_sub(1, Ordering::AcqRel);
}

/// Sets what may be done with a module's code, as wasmtime does when it loads it.
fn protect(module: &Module, rights: libc::c_int) -> bool {
    let text = module.text();
    if text.is_empty() {
        return true;
    }
    // SAFETY: the range is the module's code and stays mapped for as long as the module is there. It can be read all the
    // time. Who executes it meanwhile faults, and waits in the handler of faults that every guest's store has.
    unsafe { libc::mprotect(text.as_ptr().cast_mut().cast(), text.len(), rights) == 0 }
}
