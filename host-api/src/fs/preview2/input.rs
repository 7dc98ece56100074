//! Streams out of files.

use async_trait::async_trait;
use bytes::Bytes;
use wasmtime_wasi::p2::{InputStream, Pollable, StreamError, StreamResult};

use crate::fs::Errno;
use crate::fs::descriptor::{PIECE, Reading};

/// A stream out of a file.
pub(super) struct FileInput {
    /// None once the end was met, or an error.
    reading: Option<Reading>,
}

impl FileInput {
    pub(super) fn new(reading: Reading) -> FileInput {
        FileInput { reading: Some(reading) }
    }

    /// Does something that gives nothing only at the end.
    fn take<T>(&mut self, take: impl FnOnce(&mut Reading) -> Result<Option<T>, Errno>) -> StreamResult<T> {
        let taken = take(self.reading.as_mut().ok_or(StreamError::Closed)?);
        match taken {
            Ok(Some(taken)) => return Ok(taken),
            Ok(None) => self.reading = None,
            Err(error) => {
                self.reading = None;
                return Err(StreamError::LastOperationFailed(error.into()));
            }
        }
        Err(StreamError::Closed)
    }
}

#[async_trait]
impl Pollable for FileInput {
    async fn ready(&mut self) {}
}

#[async_trait]
impl InputStream for FileInput {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        self.take(|reading| {
            let bytes = reading.read_some(size.min(PIECE))?;
            Ok(if bytes.is_empty() && size > 0 { None } else { Some(bytes.into()) })
        })
    }

    /// A file is never without bytes for the moment.
    async fn blocking_read(&mut self, size: usize) -> StreamResult<Bytes> {
        self.read(size)
    }

    fn skip(&mut self, count: usize) -> StreamResult<usize> {
        self.take(|reading| {
            let skipped = reading.skip(count as u64)?;
            Ok(if skipped == 0 && count > 0 { None } else { usize::try_from(skipped).ok() })
        })
    }

    async fn blocking_skip(&mut self, count: usize) -> StreamResult<usize> {
        self.skip(count)
    }
}
