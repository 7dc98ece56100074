//! What the handlers know of the guest on their thread.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::code;
use crate::native::Native;
use dayfly_host_api::Gate;

/// A guest, as the handlers on its thread see it. They read and write atomics here, and nothing else.
#[derive(Debug)]
pub(super) struct Target {
    /// Where all compiled code of the guest is.
    code: Vec<Range<usize>>,
    /// Paused when the guest is to wait, closed when it is to end.
    gate: Arc<Gate>,
    /// Set when the guest is to wait or to end for the first time.
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
    /// A guest that runs this code, behind a gate.
    pub(super) fn new(code: &[Native], gate: Arc<Gate>) -> Target {
        Target {
            code: code.iter().map(code::addresses).collect(),
            gate,
            place: OnceLock::new(),
            interrupted: AtomicBool::new(false),
            expected: AtomicBool::new(false),
            come: AtomicBool::new(false),
        }
    }

    /// Lets signals interrupt the guest from now on.
    pub(super) fn interrupt(&self, place: impl FnOnce() -> Place) {
        self.place.get_or_init(place);
    }

    /// Whether signals may interrupt it.
    pub(super) fn may_be_interrupted(&self) -> bool {
        self.place.get().is_some()
    }

    /// Whether it was sent to the trap.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Acquire)
    }

    /// The guest's code is about to be closed.
    pub(super) fn expect(&self) {
        self.come.store(false, Ordering::Release);
        self.expected.store(true, Ordering::Release);
    }

    /// The guest met its code closed; true if that was for its sake.
    pub(super) fn comes(&self) -> bool {
        let expected = self.expected.swap(false, Ordering::AcqRel);
        self.come.store(true, Ordering::Release);
        expected
    }

    /// Whether there is no need any more for the guest's code to be closed: it met that, or was interrupted without.
    pub(super) fn has_come(&self) -> bool {
        self.come.load(Ordering::Acquire) || self.is_interrupted() || self.gate.is_waited_at()
    }

    /// Whether an address is in any of the guest's code, the ways into it and out of it included.
    pub(super) fn has_code_at(&self, address: usize) -> bool {
        self.code.iter().any(|code| code.contains(&address))
    }

    /// Where the guest is to go on that is at this address: nowhere else unless it is in a function of its own and to
    /// end. It waits in here while it is to wait.
    pub(super) fn goes_on_at(&self, address: usize) -> Where {
        let Some(place) = self.place.get().filter(|place| place.holds(address)) else { return Where::Host };
        match self.gate.wait() {
            Ok(()) => Where::There,
            Err(_) => {
                self.interrupted.store(true, Ordering::Release);
                Where::Trap(place.trap)
            }
        }
    }

    /// Waits while the guest is to wait. True if it is to end.
    pub(super) fn is_to_end(&self) -> bool {
        self.gate.wait().is_err()
    }
}

/// Where a guest goes on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Where {
    /// It is not in a function of its own, where alone something can be done.
    Host,
    /// Where it is.
    There,
    /// At the instruction that traps.
    Trap(usize),
}

impl Place {
    /// The guest's own functions. What else is compiled code, such as the ways into it and out of it, is left out: a
    /// thread that is there is about to come to one or the other side.
    pub(super) fn of(code: &[Native], trap: usize) -> Place {
        let functions = code.iter().flat_map(|native| {
            let start = native.text().as_ptr().addr();
            native.functions().into_iter().map(move |function| start + function.start..start + function.end)
        });
        let mut functions: Vec<_> = functions.collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_a_function_or_between_two() {
        let place = Place { functions: vec![10..20, 20..25, 40..41], trap: 0 };
        let held: Vec<_> = (0..50).filter(|&address| place.holds(address)).collect();
        assert_eq!(held, (10..25).chain([40]).collect::<Vec<_>>());
    }

    #[test]
    fn a_guest_is_sent_to_the_trap_from_its_own_functions_and_when_it_is_to_end() {
        let gate = Arc::<Gate>::default();
        let target = Target::new(&[], gate.clone());
        assert_eq!(target.goes_on_at(12), Where::Host, "nothing was to be done yet");
        target.interrupt(|| Place { functions: vec![10..20, 30..31], trap: 7 });
        assert_eq!(target.goes_on_at(12), Where::There);
        gate.close();
        assert_eq!(target.goes_on_at(25), Where::Host);
        assert!(!target.is_interrupted());
        assert_eq!(target.goes_on_at(12), Where::Trap(7));
        assert!(target.is_interrupted());
    }
}
