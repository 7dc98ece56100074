//! What happens in a run, told while it happens.

mod queue;
mod reporter;

use std::sync::Arc;
use std::time::Duration;

use crate::{Cache, ExecutionId, ExecutionOutcome};

pub use queue::Events;
pub(crate) use queue::{Teller, channel};
pub use reporter::{OutputReporter, Reporter};

/// Something that happened to an execution.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// The execution.
    pub execution: ExecutionId,
    /// The task that it is an attempt at.
    pub task: Arc<str>,
    /// Which replica of the task, from 0.
    pub replica: u32,
    /// What happened.
    pub kind: EventKind,
}

/// What happened. An execution's events come in the order in which they stand here; one that fails early leaves out
/// those between its failure and [`EventKind::Ended`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventKind {
    /// The inputs are there.
    Staged,
    /// No code of a module is there yet, and it is being compiled.
    Compiling {
        /// The module's name.
        module: String,
        /// Its length in bytes.
        bytes: u64,
    },
    /// The code of a module is there.
    Compiled {
        /// The module's name.
        module: String,
        /// How long compiling took; no time at all if the code was there already.
        took: Duration,
        /// Whether the code was there already.
        cache: Cache,
    },
    /// The guest is about to run its first instruction.
    Started,
    /// The guest wrote something. All of its bytes come, each once and in order.
    Output {
        /// To which of its streams.
        stream: OutputStream,
        /// What.
        bytes: Vec<u8>,
    },
    /// The execution is over, and its folder is in its place.
    Ended(Box<ExecutionOutcome>),
}

/// One of the streams that a guest writes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum OutputStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}
