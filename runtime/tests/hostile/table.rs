//! Hostile guests as jobs, and how these end.

use dayfly::{Job, Outcome, Status, Stdio};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, DuplexStream, duplex};

use crate::common::hostile::{self, End, Guest, NOSPC};
use crate::common::{job, stopped_after, with_cpu, with_cpu_time, with_disk, with_memory};

/// Time for a guest that would never end, in milliseconds.
const TIME: u64 = 300;
/// Time for a guest that ends by itself: so much that only a hang takes it.
const AMPLE: u64 = 120_000;
/// Memory where a guest wants all of it, in bytes.
const MEMORY: u64 = 32 << 20;
/// Processor time of a guest that is to use it up, in milliseconds.
const PROCESSOR_TIME: u64 = 50;

/// A hostile guest, and how it ends.
pub(crate) struct Hostile {
    name: &'static str,
    pub(crate) job: Job,
    status: Status,
    exit_code: u32,
    /// What the reason says.
    says: &'static str,
    /// Somebody reads its output, slowly.
    pub(crate) slow_reader: bool,
}

impl Hostile {
    fn of(guest: &Guest) -> Hostile {
        let time = if guest.end == End::Never { TIME } else { AMPLE };
        let mut job = with_memory(stopped_after(job(&guest.module, json!({})), time), MEMORY);
        if let Some(thousandths) = guest.cpu {
            job = with_cpu(job, thousandths);
        }
        if let Some(bytes) = guest.disk {
            job = with_disk(job, bytes);
        }
        let (status, exit_code, says) = match guest.end {
            End::Exit(0) => (Status::Succeeded, 0, guest.says),
            End::Exit(code) => (Status::Failed, code, guest.says),
            End::Trap => (Status::Trapped, 134, guest.says),
            End::Memory => (Status::Limited, 137, guest.says),
            End::ProcessorTime => {
                job = with_cpu_time(job, PROCESSOR_TIME);
                (Status::Limited, 137, guest.says)
            }
            End::Never => (Status::TimedOut, 124, "timed out"),
        };
        Hostile { name: guest.name, job, status, exit_code, says, slow_reader: guest.slow_reader }
    }

    /// The same guest with a small share of the processor, if it goes on for as long as it may: so it does then.
    fn held(&self) -> Option<Hostile> {
        let job = with_cpu(self.job.clone(), 50);
        (self.status == Status::TimedOut).then_some(Hostile { job, ..*self })
    }

    /// Its streams, whose other ends are held for as long as it runs: a standard input that never says anything, and
    /// an output that somebody reads, if somebody does.
    pub(crate) fn stdio(&self) -> (Stdio, [DuplexStream; 2]) {
        let ((silent, stdin), (stdout, read)) = (duplex(64), duplex(64));
        let stdio = Stdio::default().stdin(stdin);
        let stdio = if self.slow_reader { stdio.stdout(stdout) } else { stdio };
        (stdio, [silent, read])
    }

    /// Fails the test unless it ended as documented.
    pub(crate) fn check(&self, outcome: &Outcome) {
        let name = self.name;
        let reason = outcome.reason.as_deref().unwrap_or_default();
        assert_eq!((outcome.status, outcome.exit_code), (self.status, self.exit_code), "{name}: {reason}");
        assert!(reason.contains(self.says), "{name}: {reason}");
        let usage = &outcome.executions[0].usage;
        assert!(usage.peak_memory_bytes <= MEMORY, "{name}: {usage:?}");
    }
}

/// Reads a guest's output a few bytes at a time, until it ends.
pub(crate) async fn read_slowly([_silent, mut read]: [DuplexStream; 2]) {
    let mut some = [0; 16];
    while read.read(&mut some).await.is_ok_and(|count| count > 0) {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

/// Makes small files until there are as many as a guest may have.
pub(crate) fn a_million_files() -> Hostile {
    let million = Guest {
        disk: Some(1 << 30),
        ..Guest::new("a million small files", hostile::files(), End::Exit(NOSPC), "51")
    };
    let hostile = Hostile::of(&million);
    Hostile { job: stopped_after(hostile.job, 10 * AMPLE), ..hostile }
}

/// Every kind of hostile guest, those that never end by themselves with a share of the processor too.
pub(crate) fn table() -> Vec<Hostile> {
    let mut guests = hostile::kinds();
    #[cfg(feature = "components")]
    guests.extend(crate::common::hostile_components::kinds());
    let mut table: Vec<Hostile> = guests.iter().map(Hostile::of).collect();
    let held: Vec<Hostile> = table.iter().filter_map(Hostile::held).collect();
    table.extend(held);
    table
}
