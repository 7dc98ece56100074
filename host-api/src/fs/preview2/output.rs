//! Streams into files.

use async_trait::async_trait;
use bytes::Bytes;
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

use crate::fs::descriptor::{PIECE, Writing};

/// A stream into a file. What is written is the system's when the call is over.
pub(super) struct FileOutput {
    /// None once an error was met.
    writing: Option<Writing>,
}

impl FileOutput {
    pub(super) fn new(writing: Writing) -> FileOutput {
        FileOutput { writing: Some(writing) }
    }
}

#[async_trait]
impl Pollable for FileOutput {
    async fn ready(&mut self) {}
}

#[async_trait]
impl OutputStream for FileOutput {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let writing = self.writing.as_mut().ok_or(StreamError::Closed)?;
        if bytes.len() > PIECE {
            return Err(StreamError::trap("more is written than was said to fit"));
        }
        writing.write_all(&bytes).map_err(|error| {
            self.writing = None;
            StreamError::LastOperationFailed(error.into())
        })
    }

    async fn blocking_write_and_flush(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.write(bytes)
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.check_write().map(drop)
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        match self.writing {
            Some(_) => Ok(PIECE),
            None => Err(StreamError::Closed),
        }
    }
}
