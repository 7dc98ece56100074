//! A stream's way out of a file.

use std::sync::Arc;

use super::held::HeldFile;
use crate::fs::Errno;

/// Reads a file, each time from where the last read ended.
#[derive(Debug)]
pub(in crate::fs) struct Reading {
    held: Arc<HeldFile>,
    position: u64,
}

impl Reading {
    pub(super) fn new(held: &Arc<HeldFile>, position: u64) -> Result<Reading, Errno> {
        if !held.file.is_readable() {
            return Err(Errno::BADF);
        }
        // POSIX: offsets have a sign.
        if i64::try_from(position).is_err() {
            return Err(Errno::INVAL);
        }
        Ok(Reading { held: held.clone(), position })
    }

    /// Fills a buffer as far as a read goes; zero bytes mean the end.
    #[cfg(feature = "wasi03")]
    pub(in crate::fs) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let read = self.held.files.lock().read(&self.held.file, buffer, self.position)?;
        self.position += read as u64;
        Ok(read)
    }

    /// Reads at most `most` bytes; none mean the end.
    pub(in crate::fs) fn read_some(&mut self, most: usize) -> Result<Vec<u8>, Errno> {
        let bytes = self.held.files.lock().read_some(&self.held.file, most, self.position)?;
        self.position += bytes.len() as u64;
        Ok(bytes)
    }

    /// Goes on by at most `most` bytes, without reading them; none mean the end.
    pub(in crate::fs) fn skip(&mut self, most: u64) -> Result<u64, Errno> {
        let size = self.held.files.lock().file_metadata(&self.held.file)?.size;
        let skipped = most.min(size.saturating_sub(self.position));
        self.position += skipped;
        Ok(skipped)
    }
}
