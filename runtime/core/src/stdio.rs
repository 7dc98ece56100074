//! The streams of a guest, as those who start it give them.

use std::fmt;
use std::mem;

use tokio::io::{AsyncRead, AsyncWrite};

/// Where a guest's standard input comes from.
#[derive(Default)]
pub enum GuestInput {
    /// Nowhere: it is at its end from the start.
    #[default]
    Empty,
    /// This process's own standard input.
    Inherit,
    /// A reader.
    Reader(Box<dyn AsyncRead + Send + Unpin>),
}

/// Who sees what a guest writes while it runs. It is kept in the execution's folder in any case.
#[derive(Default)]
pub enum Live {
    /// Nobody.
    #[default]
    Nobody,
    /// This process's own standard output.
    Stdout,
    /// This process's own standard error.
    Stderr,
    /// A writer. The guest waits for it.
    Writer(Box<dyn AsyncWrite + Send + Unpin>),
}

/// The three streams of a guest.
#[derive(Debug, Default)]
pub struct Stdio {
    /// Standard input.
    pub stdin: GuestInput,
    /// Standard output.
    pub stdout: Live,
    /// Standard error.
    pub stderr: Live,
}

impl Stdio {
    /// The streams of the next execution: this process's own are there for all, a reader or writer for one.
    pub(crate) fn next(&mut self) -> Stdio {
        let stdin = match self.stdin {
            GuestInput::Inherit => GuestInput::Inherit,
            GuestInput::Empty | GuestInput::Reader(_) => mem::take(&mut self.stdin),
        };
        let live = |live: &mut Live| match live {
            Live::Stdout => Live::Stdout,
            Live::Stderr => Live::Stderr,
            Live::Nobody | Live::Writer(_) => mem::take(live),
        };
        Stdio { stdin, stdout: live(&mut self.stdout), stderr: live(&mut self.stderr) }
    }
}

impl fmt::Debug for GuestInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            GuestInput::Empty => "Empty",
            GuestInput::Inherit => "Inherit",
            GuestInput::Reader(_) => "Reader",
        })
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Live::Nobody => "Nobody",
            Live::Stdout => "Stdout",
            Live::Stderr => "Stderr",
            Live::Writer(_) => "Writer",
        })
    }
}
