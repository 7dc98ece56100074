//! How a guest ended, from what wasmtime says and what was refused before.

use dayfly_core::{Ending, Limits};
use dayfly_host_api::fs::preview1::Exit;
use wasmtime::{Error, Trap, WasmBacktrace};

use crate::memory::Memory;

/// The most frames of a trap's backtrace that a message names.
const MAX_FRAMES: usize = 8;

/// Who stopped a guest before it ended by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stopped {
    /// Its time was over.
    TimedOut,
    /// Somebody cancelled it.
    Cancelled,
}

impl From<Stopped> for Ending {
    fn from(stopped: Stopped) -> Ending {
        match stopped {
            Stopped::TimedOut => Ending::TimedOut,
            Stopped::Cancelled => Ending::Cancelled,
        }
    }
}

/// How a guest ended that could not be instantiated.
pub(crate) fn of_instantiation(error: &Error, memory: &Memory, limits: &Limits, file: &str) -> Ending {
    if let Some(ending) = exit(error) {
        return ending;
    }
    match memory.refused() {
        Some(wanted) => Ending::Limited(format!(
            "`{file}` needs {wanted} bytes of memory to start, and may have {}; `{}` sets the limit",
            limits.memory.value, limits.memory.origin.change
        )),
        // A trap in the start section is the guest's own; the rest is about the host.
        None if error.is::<Trap>() || error.is::<WasmBacktrace>() => Ending::Trapped(trap(error)),
        None => Ending::Fault(format!("`{file}` can't be instantiated: {error:#}")),
    }
}

/// How a guest ended whose entry point gave an error. `refused` are limits that it met before.
pub(crate) fn of_call(error: &Error, memory: &Memory, limits: &Limits, refused: Option<String>) -> Ending {
    if let Some(ending) = exit(error) {
        return ending;
    }
    let trap = trap(error);
    let memory = memory.refused().map(|wanted| {
        format!(
            "it wanted {wanted} bytes of memory and may have {}; `{}` sets the limit",
            limits.memory.value, limits.memory.origin.change
        )
    });
    match memory.or(refused) {
        Some(limit) => {
            Ending::Limited(format!("the guest stopped at a limit: {limit} (it then trapped: {trap})"))
        }
        None => Ending::Trapped(trap),
    }
}

fn exit(error: &Error) -> Option<Ending> {
    error.downcast_ref::<Exit>().map(|exit| Ending::Exited(exit.0))
}

/// A trap in one line: what happened, and in which functions.
fn trap(error: &Error) -> String {
    let what = match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => error.root_cause().to_string(),
    };
    let frames = error.downcast_ref::<WasmBacktrace>().map(WasmBacktrace::frames).unwrap_or_default();
    let names: Vec<String> = frames
        .iter()
        .take(MAX_FRAMES)
        .map(|frame| match frame.func_name() {
            // Rust's names as its programmers write them; other languages' stay as they are.
            Some(name) => format!("`{:#}`", rustc_demangle::demangle(name)),
            None => format!("function {}", frame.func_index()),
        })
        .collect();
    if names.is_empty() { what } else { format!("{what}, in {}", names.join(" called by ")) }
}
