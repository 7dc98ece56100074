//! A guest's streams: from the core's to the host API's.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use dayfly_core::{GuestInput, Limits, Live, OutputReporter, Refusal};
use dayfly_host_api::stdio::{
    Capped, DescriptorInput, DescriptorOutput, Empty, FileOutput, Input, Output, Reader, StreamKind, Tee,
    Writer,
};

/// The guest's standard input.
pub(crate) fn input(input: GuestInput) -> io::Result<Box<dyn Input>> {
    Ok(match input {
        GuestInput::Empty => Box::new(Empty),
        GuestInput::Inherit => Box::new(DescriptorInput::stdin()?),
        GuestInput::Reader(reader) => Box::new(Reader::new(reader)),
    })
}

/// One of the guest's outputs: kept in a file, seen live, told to `reporter`, and at most `limit` bytes long.
pub(crate) fn output(
    live: Live,
    kept: Kept,
    reporter: Option<OutputReporter>,
    limit: u64,
) -> io::Result<(Box<dyn Output>, Refused)> {
    Ok(match live {
        Live::Nobody => told(kept, reporter, limit),
        Live::Stdout => told(Tee::new(kept, DescriptorOutput::stdout()?), reporter, limit),
        Live::Stderr => told(Tee::new(kept, DescriptorOutput::stderr()?), reporter, limit),
        Live::Writer(writer) => told(Tee::new(kept, Writer::new(writer)), reporter, limit),
    })
}

fn told(
    output: impl Output + 'static,
    reporter: Option<OutputReporter>,
    limit: u64,
) -> (Box<dyn Output>, Refused) {
    match reporter {
        Some(reporter) => capped(Told { output, reporter }, limit),
        None => capped(output, limit),
    }
}

fn capped(output: impl Output + 'static, limit: u64) -> (Box<dyn Output>, Refused) {
    let capped = Capped::new(output, limit);
    let refused = Refused(capped.refused());
    (Box::new(capped), refused)
}

/// How often one of the guest's outputs took nothing, because it is as long as it may be.
#[derive(Debug)]
pub(crate) struct Refused(Arc<AtomicU64>);

impl Refused {
    /// That in words, if there is anything to say.
    pub(crate) fn refusal(&self, stream: &str, limits: &Limits) -> Option<Refusal> {
        let count = self.0.load(Ordering::Relaxed);
        let what = format!(
            "the guest may not write to its standard {stream}: the {} bytes that it may have are used up",
            limits.output
        );
        (count > 0).then_some(Refusal { what, remedy: None, count })
    }
}

/// Tells what an output takes, no faster than that is read.
struct Told<O> {
    output: O,
    reporter: OutputReporter,
}

impl<O: Output> Output for Told<O> {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let room = ready!(self.reporter.poll_room(cx));
        let written = ready!(self.output.poll_write(cx, &bytes[..bytes.len().min(room)]))?;
        self.reporter.tell(&bytes[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.reporter.poll_room(cx));
        self.output.poll_ready(cx)
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.output.poll_flush(cx)
    }

    fn kind(&self) -> StreamKind {
        self.output.kind()
    }
}

/// Keeps output in a file. That the host's disk is full is no fault of the guest's, so that it is not told; the
/// execution fails in the end.
pub(crate) struct Kept {
    file: FileOutput,
    failure: Failure,
}

/// The first failure of what keeps a guest's output.
pub(crate) type Failure = Arc<Mutex<Option<io::Error>>>;

impl Kept {
    /// Keeps output in `file`, and the first failure in `failure`.
    pub(crate) fn new(file: File, failure: &Failure) -> Kept {
        Kept { file: FileOutput::new(file), failure: failure.clone() }
    }
}

impl Output for Kept {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.file.poll_write(cx, bytes).map(|written| {
            Ok(written.unwrap_or_else(|error| {
                self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                bytes.len()
            }))
        })
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.file.poll_ready(cx)
    }
}
