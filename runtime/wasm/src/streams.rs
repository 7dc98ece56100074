//! A guest's streams: from the core's to the host API's.

use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use dayfly_core::{GuestInput, Live};
use dayfly_host_api::stdio::{
    Capped, DescriptorInput, DescriptorOutput, Empty, FileOutput, Input, Output, Reader, Tee, Writer,
};

/// The guest's standard input.
pub(crate) fn input(input: GuestInput) -> io::Result<Box<dyn Input>> {
    Ok(match input {
        GuestInput::Empty => Box::new(Empty),
        GuestInput::Inherit => Box::new(DescriptorInput::stdin()?),
        GuestInput::Reader(reader) => Box::new(Reader::new(reader)),
    })
}

/// One of the guest's outputs: kept in a file, seen live, and at most `limit` bytes long.
pub(crate) fn output(live: Live, kept: Kept, limit: u64) -> io::Result<Box<dyn Output>> {
    Ok(match live {
        Live::Nobody => Box::new(Capped::new(kept, limit)),
        Live::Stdout => Box::new(Capped::new(Tee::new(kept, DescriptorOutput::stdout()?), limit)),
        Live::Stderr => Box::new(Capped::new(Tee::new(kept, DescriptorOutput::stderr()?), limit)),
        Live::Writer(writer) => Box::new(Capped::new(Tee::new(kept, Writer::new(writer)), limit)),
    })
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
