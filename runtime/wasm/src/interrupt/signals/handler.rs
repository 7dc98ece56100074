//! The signal, and what it does to the thread that gets it.
//!
//! The handler looks at where the thread is. Within a function of the guest it waits for as long as the guest is to wait.
//! If the guest is to end, it changes one register, the program counter, so that the thread goes on at an instruction that
//! traps; wasmtime then ends the guest as for any other trap. The state of such a function is of no importance to that: on
//! a trap wasmtime goes back to where the guest was entered, with what was saved there. Anywhere else (in a call of the
//! host, in wasmtime itself, which may hold locks) nothing happens.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::io;
use std::ptr;
use std::sync::{Arc, OnceLock};

use wasmtime::Store;
use wasmtime::unix::StoreExt as _;

use super::code;
use super::target::{Target, Where};

/// A signal that is ignored where nobody handles it.
pub(super) const SIGNAL: libc::c_int = libc::SIGURG;

/// The flag of the processor by which it stops after each instruction.
const TRAP_FLAG: libc::greg_t = 0x100;
/// How many single steps a guest does before it is left alone until the next time. From where it comes back there are some
/// tens to its own code.
const MAX_STEPS: u32 = 10_000;

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
    // SAFETY: both are valid, and the handlers read and write atomics and the context they are given,
    // and wait for the kernel to wake them.
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
/// locks or can panic. It may wait, on a thread that is in its guest's own code and so holds nothing of the host's.
extern "C" fn on_signal(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let errno = Errno::now();
    match guest() {
        // SAFETY: the system gives a valid context to a handler that is installed with SA_SIGINFO.
        Some(guest) if guest.may_be_interrupted() => unsafe {
            if divert(guest, context) != Where::Host && STEPS.get().is_some() {
                stop_stepping(context);
            }
        },
        _ => pass_on(0, signal, info, context),
    }
    errno.restore();
}

/// Called after each instruction of a guest that came back to code that was closed: it goes on until it is in its own.
extern "C" fn on_step(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let Some(left) = STEPS.get() else { return pass_on(1, signal, info, context) };
    let errno = Errno::now();
    // A step may have been underway when the guest ended, or was interrupted by a signal.
    STEPS.set(Some(left.saturating_sub(1)));
    let guest = guest().filter(|guest| !guest.is_interrupted());
    // SAFETY: as above.
    unsafe {
        if left <= 1 || guest.is_none_or(|guest| divert(guest, context) != Where::Host) {
            stop_stepping(context);
        }
    }
    errno.restore();
}

/// Holds a thread that is in the guest's own code for as long as the guest is to wait, and sends it to the trap if the
/// guest is to end.
///
/// # Safety
/// The context is one that the system gave to a handler.
unsafe fn divert(guest: &Target, context: *mut libc::c_void) -> Where {
    // SAFETY: see above; it points into the context.
    let (counter, at) = unsafe {
        let counter = register(context, libc::REG_RIP);
        (counter, *counter as usize)
    };
    let goes_on = guest.goes_on_at(at);
    if let Where::Trap(trap) = goes_on {
        // SAFETY: as above.
        unsafe { *counter = trap as libc::greg_t };
    }
    goes_on
}

/// What the last call of the system on this thread failed with. Whatever a handler interrupts must find it as it was.
struct Errno(libc::c_int);

impl Errno {
    fn now() -> Errno {
        // SAFETY: it gives an address that is valid on this thread.
        Errno(unsafe { *libc::__errno_location() })
    }

    fn restore(self) {
        // SAFETY: as above.
        unsafe { *libc::__errno_location() = self.0 };
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
    // SAFETY: the handler does what may be done in a handler: it reads and writes atomics and the context, and waits for the
    // kernel to wake it.
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
    if signal != libc::SIGSEGV || fault != at || !target.has_code_at(at) {
        return false;
    }
    let errno = Errno::now();
    let expected = target.comes();
    code::wait_until_open();
    // A guest that is to wait does so here, wherever in its code it came back to: it holds nothing of the host's.
    if expected && target.is_to_end() {
        // SAFETY: the context is the one of the fault.
        unsafe {
            if divert(target, context) == Where::Host {
                // Between the host and the guest's own code, where wasmtime may not be ready for a trap.
                STEPS.set(Some(MAX_STEPS));
                *register(context, libc::REG_EFL) |= TRAP_FLAG;
            }
        }
    }
    errno.restore();
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
