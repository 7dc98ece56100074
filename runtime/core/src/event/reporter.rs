//! The end of a run's events that an executor has.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::queue::{Queue, Teller};
use super::{Event, EventKind, OutputStream};
use crate::{Cache, ExecutionId};

/// Where an executor tells what happens to one execution. Where nobody asked for events, telling costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Reporter {
    told: Option<Told>,
}

#[derive(Clone, Debug)]
struct Told {
    queue: Arc<Queue>,
    execution: ExecutionId,
    task: Arc<str>,
    replica: u32,
    output: bool,
}

impl Reporter {
    /// A reporter of one execution.
    pub(crate) fn of(teller: Option<&Teller>, execution: &ExecutionId, task: &str, replica: u32) -> Reporter {
        let told = teller.map(|teller| Told {
            queue: teller.queue.clone(),
            execution: execution.clone(),
            task: task.into(),
            replica,
            output: teller.output,
        });
        Reporter { told }
    }

    /// No code of a module is there, and it is being compiled.
    pub fn compiling(&self, module: &str, bytes: u64) {
        self.tell(|| EventKind::Compiling { module: module.to_owned(), bytes });
    }

    /// The code of a module is there: compiled in the time `took`, or found.
    pub fn compiled(&self, module: &str, took: Option<Duration>) {
        self.tell(|| EventKind::Compiled {
            module: module.to_owned(),
            took: took.unwrap_or_default(),
            cache: if took.is_some() { Cache::Miss } else { Cache::Hit },
        });
    }

    /// The guest is about to run its first instruction.
    pub fn started(&self) {
        self.tell(|| EventKind::Started);
    }

    /// Where to tell what the guest writes to a stream; none where nobody asked.
    pub fn output(&self, stream: OutputStream) -> Option<OutputReporter> {
        self.told.clone().filter(|told| told.output).map(|told| OutputReporter { told, stream })
    }

    pub(crate) fn tell(&self, kind: impl FnOnce() -> EventKind) {
        if let Some(told) = &self.told {
            told.tell(kind());
        }
    }
}

impl Told {
    fn tell(&self, kind: EventKind) {
        let Told { queue, execution, task, replica, .. } = self;
        queue.tell(Event { execution: execution.clone(), task: task.clone(), replica: *replica, kind });
    }
}

/// Where an executor tells what a guest writes to one of its streams.
#[derive(Debug)]
pub struct OutputReporter {
    told: Told,
    stream: OutputStream,
}

impl OutputReporter {
    /// Ready when the reader of the events has room for more: gives how many bytes may be told then, at least one.
    pub fn poll_room(&self, cx: &mut Context<'_>) -> Poll<usize> {
        self.told.queue.poll_room(cx)
    }

    /// Tells what the guest wrote: no more than [`OutputReporter::poll_room`] said last.
    pub fn tell(&self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.told.tell(EventKind::Output { stream: self.stream, bytes: bytes.to_vec() });
        }
    }
}
