//! How a guest ended, from what wasmtime says and what was refused before.

use dayfly_core::{Ending, Limits, Refusal};
use dayfly_host_api::fs::preview1::Exit;
use wasmtime::{Error, FrameInfo, Trap, WasmBacktrace};

use crate::memory::Memory;
use crate::words;

/// The most frames of a trap's backtrace that a message names.
const MAX_FRAMES: usize = 8;
/// The most bytes of a function's name: Rust's are long, and a name of a few bytes may stand for a million.
const MAX_FUNCTION: usize = 200;

/// Who stopped a guest before it ended by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stopped {
    /// Its time was over.
    TimedOut,
    /// Somebody cancelled it.
    Cancelled,
    /// Its processor time was used up.
    Spent,
}

impl Stopped {
    /// How a guest ended that was stopped.
    pub(crate) fn ending(self, limits: &Limits) -> Ending {
        match self {
            Stopped::TimedOut => Ending::TimedOut,
            Stopped::Cancelled => Ending::Cancelled,
            Stopped::Spent => Ending::Limited(limits.cpu_time_is_spent()),
        }
    }
}

/// What wasmtime says where there would be more instances, memories or tables than there may be.
const TOO_MANY: &str = "resource limit exceeded";

/// How a guest ended that could not be instantiated.
pub(crate) fn of_instantiation(error: &Error, memory: &Memory, limits: &Limits, file: &str) -> Ending {
    if let Some(ending) = exit(error).or_else(|| fuel(error, limits)) {
        return ending;
    }
    match memory.wanted() {
        Some(wanted) => Ending::Limited(format!(
            "`{file}` needs {wanted} bytes of memory to start, and may have {}; {} sets the limit",
            limits.memory.value,
            limits.memory.origin.quoted()
        )),
        // A trap in the start section is the guest's own; the rest is about the host.
        None if error.is::<Trap>() || error.is::<WasmBacktrace>() => Ending::Trapped(trap(error)),
        None if error.root_cause().to_string().starts_with(TOO_MANY) => {
            Ending::Limited(format!("`{file}` can't be instantiated: {error:#}"))
        }
        None => Ending::Fault(format!("`{file}` can't be instantiated: {error:#}")),
    }
}

/// How a guest ended whose entry point gave an error. `refused` are limits that it met before.
pub(crate) fn of_call(error: &Error, memory: &Memory, limits: &Limits, refused: Option<String>) -> Ending {
    if let Some(ending) = exit(error).or_else(|| fuel(error, limits)) {
        return ending;
    }
    let trap = trap(error);
    let memory = memory.refused(limits).map(|refused| format!("it wanted {}", sentence(&refused)));
    match memory.or(refused) {
        Some(limit) => {
            Ending::Limited(format!("the guest stopped at a limit: {limit} (it then trapped: {trap})"))
        }
        None => Ending::Trapped(trap),
    }
}

/// A refusal and what would change it.
pub(crate) fn sentence(refusal: &Refusal) -> String {
    match &refusal.remedy {
        Some(remedy) => format!("{}; {remedy}", refusal.what),
        None => refusal.what.clone(),
    }
}

pub(crate) fn exit(error: &Error) -> Option<Ending> {
    let code = error.downcast_ref::<Exit>().map(|exit| exit.0);
    #[cfg(feature = "components")]
    let code = code.or_else(|| dayfly_host_api::component::exit_code(error));
    code.map(Ending::Exited)
}

fn fuel(error: &Error, limits: &Limits) -> Option<Ending> {
    let is_spent = error.downcast_ref::<Trap>() == Some(&Trap::OutOfFuel);
    is_spent.then(|| Ending::Limited(limits.fuel_is_spent()))
}

/// A trap in one line: what happened, and in which functions.
fn trap(error: &Error) -> String {
    let what = match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => words::why(error.root_cause()),
    };
    let frames = error.downcast_ref::<WasmBacktrace>().map(WasmBacktrace::frames).unwrap_or_default();
    let frames = frames.get(..MAX_FRAMES).unwrap_or(frames);
    let module = frames.first().and_then(|frame| frame.module().name());
    let several = frames.iter().any(|frame| frame.module().name() != module);
    let names: Vec<String> = frames
        .iter()
        .map(|frame| {
            let function = function(frame);
            match frame.module().name().filter(|_| several) {
                Some(module) => format!("{function} of `{}`", words::name(module)),
                None => function,
            }
        })
        .collect();
    if names.is_empty() { what } else { format!("{what}, in {}", names.join(" called by ")) }
}

/// A function of a backtrace.
fn function(frame: &FrameInfo) -> String {
    match frame.func_name() {
        // Rust's names as its programmers write them; other languages' stay as they are.
        Some(name) => format!("`{}`", demangled(name)),
        None => format!("function {}", frame.func_index()),
    }
}

fn demangled(name: &str) -> String {
    words::short(MAX_FUNCTION, format_args!("{:#}", rustc_demangle::demangle(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_functions_are_rusts_and_short() {
        assert_eq!(demangled("_ZN4main3one17h0123456789abcdefE"), "main::one");
        assert_eq!(demangled("other"), "other");
        assert_eq!(demangled("a\nb"), "a\\nb");
        // A tuple of two tuples of two tuples: what follows the first refers to what comes before it by its place.
        let digit = |value: usize| char::from_digit(value as u32, 36).unwrap();
        let (mut name, mut last) = ("INvC1m1f".to_owned(), 0);
        for step in 0..6 {
            let place = name.len();
            match step {
                0 => name.push_str("TmmE"),
                _ => name.push_str(&format!("TB{0}_B{0}_B{0}_B{0}_E", digit(last - 1))),
            }
            last = if place < 36 { place } else { last };
        }
        let long = format!("_R{name}E");
        assert!(
            format!("{:#}", rustc_demangle::demangle(&long)).starts_with("m::f::<(u32, u32), "),
            "{long}"
        );
        assert!(demangled(&long).len() <= MAX_FUNCTION + "…".len());
        assert!(demangled(&"x".repeat(100_000)).len() <= MAX_FUNCTION + "…".len());
    }
}
