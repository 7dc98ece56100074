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

use wasmtime::unix::StoreExt as _;
use wasmtime::{Module, Store};

use super::code;

/// A signal that is ignored where nobody handles it.
const SIGNAL: libc::c_int = libc::SIGURG;

/// The flag of the processor by which it stops after each instruction.
const TRAP_FLAG: libc::greg_t = 0x100;
/// How many single steps a guest does before it is left alone until the next time. From where it comes back there are some
/// tens to its own code.
const MAX_STEPS: u32 = 10_000;

/// What the handlers know of the guest on their thread.
#[derive(Debug, Default)]
pub(super) struct Target {
    /// Where all compiled code of the guest is.
    code: Vec<Range<usize>>,
    /// Set when the guest is to end.
    place: OnceLock<Place>,
    /// A signal found the guest in its own code, and sent it to the trap.
    interrupted: AtomicBool,
    /// The guest's code is closed for it.
    expected: AtomicBool,
    /// The guest met that.
    come: AtomicBool,
}

/// Where a guest's code is, and where it is sent.
#[derive(Debug)]
pub(super) struct Place {
    /// The addresses of functions, in order.
    functions: Vec<Range<usize>>,
    trap: usize,
}

impl Target {
    /// A guest that runs code of these modules.
    pub(super) fn of(modules: &[Module]) -> Target {
        Target { code: modules.iter().map(code::addresses).collect(), ..Target::default() }
    }

    /// Lets the next signal interrupt the guest.
    pub(super) fn interrupt(&self, place: impl FnOnce() -> Place) {
        self.place.get_or_init(place);
    }

    /// The guest's code is about to be closed.
    pub(super) fn expect(&self) {
        self.come.store(false, Ordering::Release);
        self.expected.store(true, Ordering::Release);
    }

    /// Whether the guest met its code closed, or was interrupted without that.
    pub(super) fn has_come(&self) -> bool {
        self.come.load(Ordering::Acquire) || self.interrupted.load(Ordering::Acquire)
    }

    /// Sends a thread that is in the guest's own code to the trap; false where it is not.
    ///
    /// # Safety
    /// It points to the thread's program counter, in the context of a signal.
    unsafe fn divert(&self, counter: *mut libc::greg_t) -> bool {
        // SAFETY: see above.
        let at = unsafe { *counter } as usize;
        let Some(place) = self.place.get().filter(|place| place.holds(at)) else { return false };
        // SAFETY: see above.
        unsafe { *counter = place.trap as libc::greg_t };
        self.interrupted.store(true, Ordering::Release);
        true
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
    /// Single steps that this thread may still do; none where it never did any.
    static STEPS: Cell<Option<u32>> = const { Cell::new(None) };
}

/// Lets the signal find the guest on this thread, until [`leave`]. The target must be there until then.
pub(super) fn enter(target: &Arc<Target>) {
    GUEST.set(Arc::as_ptr(target));
}

/// Lets the signal find nothing any more.
pub(super) fn leave() {
    GUEST.set(ptr::null());
}

/// What handled the signals before.
static BEFORE: OnceLock<Result<[Before; 2], i32>> = OnceLock::new();

struct Before(libc::sigaction);

// SAFETY: addresses of functions and a set of signals, which are never changed.
unsafe impl Send for Before {}
// SAFETY: as above.
unsafe impl Sync for Before {}

type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

/// Makes the handlers the process's, and lets this thread get the signal.
///
/// # Errors
/// The system refuses.
pub(super) fn install() -> io::Result<()> {
    let installed = BEFORE.get_or_init(|| Ok([handle(SIGNAL, on_signal)?, handle(libc::SIGTRAP, on_step)?]));
    if let Err(code) = installed {
        return Err(io::Error::from_raw_os_error(*code));
    }
    // SAFETY: a set of signals is numbers; all calls are given valid ones.
    let blocked = unsafe {
        let mut signals = std::mem::zeroed();
        libc::sigemptyset(&raw mut signals);
        libc::sigaddset(&raw mut signals, SIGNAL);
        libc::sigaddset(&raw mut signals, libc::SIGTRAP);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const signals, ptr::null_mut())
    };
    if blocked == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(blocked)) }
}

/// Installs a handler; gives what was there before.
fn handle(signal: libc::c_int, handler: Handler) -> Result<Before, i32> {
    // SAFETY: all of it is numbers and addresses, for which zero is a value.
    let (mut action, mut before) = unsafe { (std::mem::zeroed::<libc::sigaction>(), std::mem::zeroed()) };
    action.sa_sigaction = handler as usize;
    // On the stack for signals: the guest's own may be used up.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
    // SAFETY: both are valid, and the handlers do nothing but read and write atomics, and the context they are given.
    match unsafe { libc::sigaction(signal, &raw const action, &raw mut before) } {
        0 => Ok(Before(before)),
        _ => Err(io::Error::last_os_error().raw_os_error().unwrap_or_default()),
    }
}

/// The guest on this thread.
fn guest<'a>() -> Option<&'a Target> {
    // SAFETY: the target is there until `leave`, which this thread calls.
    unsafe { GUEST.get().as_ref() }
}

/// Called by the system on whichever thread got the signal, between any two instructions of it: nothing here allocates,
/// locks or can panic.
extern "C" fn on_signal(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    match guest() {
        // SAFETY: the system gives a valid context to a handler that is installed with SA_SIGINFO.
        Some(guest) if guest.place.get().is_some() => unsafe {
            if guest.divert(register(context, libc::REG_RIP)) && STEPS.get().is_some() {
                stop_stepping(context);
            }
        },
        _ => pass_on(0, signal, info, context),
    }
}

/// Called after each instruction of a guest that came back to code that was closed: it goes on until it is in its own.
extern "C" fn on_step(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let Some(left) = STEPS.get() else { return pass_on(1, signal, info, context) };
    // A step may have been underway when the guest ended, or was interrupted by a signal.
    STEPS.set(Some(left.saturating_sub(1)));
    // SAFETY: as above.
    unsafe {
        let guest = guest().filter(|guest| !guest.interrupted.load(Ordering::Acquire));
        if left <= 1 || guest.is_none_or(|guest| guest.divert(register(context, libc::REG_RIP))) {
            stop_stepping(context);
        }
    }
}

/// Lets the interrupted thread go on at full speed.
///
/// # Safety
/// The context is one that the system gave to a handler.
unsafe fn stop_stepping(context: *mut libc::c_void) {
    STEPS.set(Some(0));
    // SAFETY: see above.
    unsafe { *register(context, libc::REG_EFL) &= !TRAP_FLAG };
}

/// Lets a store's guest meet closed code: who is not to end waits until it is open again.
pub(super) fn on_faults<T>(store: &mut Store<T>, target: Arc<Target>) {
    let handler = move |signal: libc::c_int, info: *const libc::siginfo_t, context: *const libc::c_void| {
        // SAFETY: wasmtime hands on what the system gave to its own handler.
        unsafe { on_fault(&target, signal, info, context.cast_mut()) }
    };
    // SAFETY: the handler does what may be done in a handler: it reads and writes atomics and the context, and gives the
    // processor to others.
    unsafe { store.set_signal_handler(handler) };
}

/// Called when a guest's thread faults. True if it may go on.
///
/// # Safety
/// What the system gave to a handler that was installed with `SA_SIGINFO`.
unsafe fn on_fault(
    target: &Target,
    signal: libc::c_int,
    info: *const libc::siginfo_t,
    context: *mut libc::c_void,
) -> bool {
    // SAFETY: see above.
    let (counter, fault) = unsafe { (register(context, libc::REG_RIP), (*info).si_addr().addr()) };
    // SAFETY: it points into the context.
    let at = unsafe { *counter } as usize;
    // Code faults at its own address when it may not be executed, and never else.
    if signal != libc::SIGSEGV || fault != at || !target.code.iter().any(|code| code.contains(&at)) {
        return false;
    }
    // SAFETY: they point into the context.
    unsafe {
        if target.expected.swap(false, Ordering::AcqRel) && !target.divert(counter) {
            // Between the host and the guest's own code, where wasmtime may not be ready for a trap.
            STEPS.set(Some(MAX_STEPS));
            *register(context, libc::REG_EFL) |= TRAP_FLAG;
        }
    }
    target.come.store(true, Ordering::Release);
    while code::is_closed() {
        // SAFETY: it has no preconditions.
        unsafe { libc::sched_yield() };
    }
    true
}

/// A register of the interrupted thread.
///
/// # Safety
/// The context is one that the system gave to a handler.
unsafe fn register(context: *mut libc::c_void, register: libc::c_int) -> *mut libc::greg_t {
    let context: *mut libc::ucontext_t = context.cast();
    // SAFETY: see above; the index is one of the registers.
    unsafe { &raw mut (*context).uc_mcontext.gregs[register as usize] }
}

/// Does what was done with a signal before, where it is not about a guest.
fn pass_on(which: usize, signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let Some(Ok(before)) = BEFORE.get() else { return };
    let Before(before) = &before[which];
    match before.sa_sigaction {
        libc::SIG_IGN => {}
        libc::SIG_DFL if signal == SIGNAL => {}
        libc::SIG_DFL => {
            // SAFETY: both are valid. The signal comes again, and does what it does where nobody handles it.
            unsafe {
                libc::sigaction(signal, ptr::from_ref(before), ptr::null_mut());
                libc::raise(signal);
            }
        }
        handler if before.sa_flags & libc::SA_SIGINFO == 0 => {
            // SAFETY: without SA_SIGINFO that is the type of the handler which the process had installed.
            let handler: extern "C" fn(libc::c_int) = unsafe { std::mem::transmute(handler) };
            handler(signal);
        }
        handler => {
            // SAFETY: with SA_SIGINFO that is the type.
            let handler: Handler = unsafe { std::mem::transmute(handler) };
            handler(signal, info, context);
        }
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
