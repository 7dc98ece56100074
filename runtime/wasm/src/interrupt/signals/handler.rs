//! The signal, and what it does to the thread that gets it.
//!
//! The handler looks at where the thread is. Within a function of the guest it changes one register, the program
//! counter, so that the thread goes on at an instruction that traps; wasmtime then ends the guest as for any other trap.
//! The state of such a function is of no importance to that: on a trap wasmtime goes back to where the guest was entered,
//! with what was saved there. Anywhere else (in a call of the host, in wasmtime itself, which may hold locks) nothing
//! happens.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::io;
use std::ops::Range;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use wasmtime::Module;

/// A signal that is ignored where nobody handles it.
const SIGNAL: libc::c_int = libc::SIGURG;

/// What the handler knows of the guest on its thread.
#[derive(Debug, Default)]
pub(super) struct Target {
    place: OnceLock<Place>,
    interrupted: AtomicBool,
}

/// Where a guest's code is, and where it is sent.
#[derive(Debug)]
pub(super) struct Place {
    /// The addresses of functions, in order.
    functions: Vec<Range<usize>>,
    trap: usize,
}

impl Target {
    /// Lets the next signal interrupt the guest.
    pub(super) fn interrupt(&self, place: impl FnOnce() -> Place) {
        self.place.get_or_init(place);
    }

    /// Whether a signal found the guest in its own code.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

impl Place {
    /// The functions of modules. What else is compiled code, such as the ways into it and out of it, is left out: a
    /// thread that is there is about to come to one or the other side.
    pub(super) fn of(modules: &[Module], trap: usize) -> Place {
        let mut functions: Vec<_> = modules
            .iter()
            .flat_map(|module| {
                let start = module.text().as_ptr().addr();
                module.functions().map(move |function| {
                    let from = start + function.offset;
                    from..from + function.len
                })
            })
            .collect();
        functions.sort_by_key(|function| function.start);
        Place { functions, trap }
    }

    fn holds(&self, address: usize) -> bool {
        let after = self.functions.partition_point(|function| function.start <= address);
        after
            .checked_sub(1)
            .and_then(|at| self.functions.get(at))
            .is_some_and(|found| found.contains(&address))
    }
}

/// A thread, for as long as it is known to be there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thread(libc::pthread_t);

impl Thread {
    /// The one that asks.
    pub(super) fn current() -> Thread {
        // SAFETY: it has no preconditions.
        Thread(unsafe { libc::pthread_self() })
    }

    /// Sends it the signal. The thread must not have ended: a guest leaves the list of those that are sent signals before
    /// its thread ends.
    pub(super) fn signal(self) {
        // SAFETY: the thread is there, see above. The signal has a handler since before it was in the list.
        unsafe { libc::pthread_kill(self.0, SIGNAL) };
    }
}

thread_local! {
    /// The guest on this thread. Made without code that runs and without a destructor, so that a handler may read it.
    static GUEST: Cell<*const Target> = const { Cell::new(ptr::null()) };
}

/// Lets the signal find the guest on this thread, until [`leave`]. The target must be there until then.
pub(super) fn enter(target: &Arc<Target>) {
    GUEST.set(Arc::as_ptr(target));
}

/// Lets the signal find nothing any more.
pub(super) fn leave() {
    GUEST.set(ptr::null());
}

/// What handled the signal before.
static BEFORE: OnceLock<Result<Before, i32>> = OnceLock::new();

struct Before(libc::sigaction);

// SAFETY: addresses of functions and a set of signals, which are never changed.
unsafe impl Send for Before {}
// SAFETY: as above.
unsafe impl Sync for Before {}

/// Makes the handler the process's, and lets this thread get the signal.
///
/// # Errors
/// The system refuses.
pub(super) fn install() -> io::Result<()> {
    let installed = BEFORE.get_or_init(|| {
        // SAFETY: all of it is numbers and addresses, for which zero is a value.
        let (mut action, mut before) = unsafe { (std::mem::zeroed::<libc::sigaction>(), std::mem::zeroed()) };
        action.sa_sigaction = on_signal as extern "C" fn(_, _, _) as usize;
        // On the stack for signals: the guest's own may be used up.
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
        // SAFETY: both are valid, and the handler does nothing but read atomics and change the context that it is given.
        match unsafe { libc::sigaction(SIGNAL, &raw const action, &raw mut before) } {
            0 => Ok(Before(before)),
            _ => Err(io::Error::last_os_error().raw_os_error().unwrap_or_default()),
        }
    });
    if let Err(code) = installed {
        return Err(io::Error::from_raw_os_error(*code));
    }
    // SAFETY: a set of signals is numbers; all three calls are given valid ones.
    let blocked = unsafe {
        let mut signals = std::mem::zeroed();
        libc::sigemptyset(&raw mut signals);
        libc::sigaddset(&raw mut signals, SIGNAL);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const signals, ptr::null_mut())
    };
    if blocked == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(blocked)) }
}

/// Called by the system on whichever thread got the signal, between any two instructions of it: nothing here allocates,
/// locks or can panic.
extern "C" fn on_signal(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let guest = GUEST.get();
    if guest.is_null() {
        return pass_on(signal, info, context);
    }
    // SAFETY: the target is there until `leave`, which this thread calls.
    let guest = unsafe { &*guest };
    let Some(place) = guest.place.get() else { return };
    // SAFETY: the system gives a valid context to a handler that is installed with SA_SIGINFO.
    let counter = unsafe { program_counter(context.cast()) };
    // SAFETY: as above; it points into the context.
    unsafe {
        if place.holds(*counter as usize) {
            *counter = place.trap as _;
            guest.interrupted.store(true, Ordering::Relaxed);
        }
    }
}

/// The interrupted thread's program counter.
#[cfg(target_arch = "x86_64")]
unsafe fn program_counter(context: *mut libc::ucontext_t) -> *mut libc::greg_t {
    // SAFETY: the caller gives a valid context; the index is one of its registers.
    unsafe { &raw mut (*context).uc_mcontext.gregs[libc::REG_RIP as usize] }
}

/// The interrupted thread's program counter.
#[cfg(target_arch = "aarch64")]
unsafe fn program_counter(context: *mut libc::ucontext_t) -> *mut libc::c_ulonglong {
    // SAFETY: the caller gives a valid context.
    unsafe { &raw mut (*context).uc_mcontext.pc }
}

/// Does what was done with the signal before, on a thread that is no guest's.
fn pass_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let Some(Ok(Before(before))) = BEFORE.get() else { return };
    if matches!(before.sa_sigaction, libc::SIG_DFL | libc::SIG_IGN) {
        return;
    }
    if before.sa_flags & libc::SA_SIGINFO == 0 {
        // SAFETY: without SA_SIGINFO that is the type of the handler which the process had installed.
        let handler: extern "C" fn(libc::c_int) = unsafe { std::mem::transmute(before.sa_sigaction) };
        handler(signal);
    } else {
        // SAFETY: with SA_SIGINFO that is the type.
        let handler: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) =
            unsafe { std::mem::transmute(before.sa_sigaction) };
        handler(signal, info, context);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_a_function_or_between_two() {
        let place = Place { functions: vec![10..20, 20..25, 40..41], trap: 0 };
        let held: Vec<_> = (0..50).filter(|&address| place.holds(address)).collect();
        assert_eq!(held, (10..25).chain([40]).collect::<Vec<_>>());
    }
}
