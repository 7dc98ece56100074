//! The streams of a guest, as those who start it give them.

use std::fmt;
use std::io::Cursor;
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

/// The three streams of a guest. The default: nothing to read, and nobody sees what it writes.
///
/// ```
/// # use dayfly_core::Stdio;
/// let (ours, guests) = tokio::io::duplex(4096);
/// let stdio = Stdio::default().input("what it reads").stdout(guests);
/// # drop((ours, stdio));
/// ```
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
    /// Standard input comes from this reader.
    #[must_use]
    pub fn stdin(mut self, reader: impl AsyncRead + Send + Unpin + 'static) -> Stdio {
        self.stdin = GuestInput::Reader(Box::new(reader));
        self
    }

    /// Standard input is these bytes.
    #[must_use]
    pub fn input(self, bytes: impl Into<Vec<u8>>) -> Stdio {
        self.stdin(Cursor::new(bytes.into()))
    }

    /// What goes to standard output goes to this writer too, as it comes. The guest waits for it.
    #[must_use]
    pub fn stdout(mut self, writer: impl AsyncWrite + Send + Unpin + 'static) -> Stdio {
        self.stdout = Live::Writer(Box::new(writer));
        self
    }

    /// What goes to standard error goes to this writer too, as it comes. The guest waits for it.
    #[must_use]
    pub fn stderr(mut self, writer: impl AsyncWrite + Send + Unpin + 'static) -> Stdio {
        self.stderr = Live::Writer(Box::new(writer));
        self
    }

    /// The three streams are this process's own.
    pub fn inherit() -> Stdio {
        Stdio { stdin: GuestInput::Inherit, stdout: Live::Stdout, stderr: Live::Stderr }
    }

    /// Whether one of the streams is this process's own.
    pub fn inherits(&self) -> bool {
        let own = |live: &Live| matches!(live, Live::Stdout | Live::Stderr);
        matches!(self.stdin, GuestInput::Inherit) || own(&self.stdout) || own(&self.stderr)
    }

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
