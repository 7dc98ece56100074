//! A stream's way into a file.

use std::sync::Arc;

use super::Flags;
use super::held::HeldFile;
use crate::fs::Errno;

/// Writes to a file, each time from where the last write ended, or to the end.
#[derive(Debug)]
pub(in crate::fs) struct Writing {
    held: Arc<HeldFile>,
    /// None for the end, wherever that is.
    position: Option<u64>,
    flags: Flags,
}

impl Writing {
    pub(super) fn new(held: &Arc<HeldFile>, position: Option<u64>, flags: Flags) -> Result<Writing, Errno> {
        if !held.file.is_writable() {
            return Err(Errno::BADF);
        }
        Ok(Writing { held: held.clone(), position, flags })
    }

    /// Writes some of the bytes, at least one if there are any; gives how many. None of them where all together would
    /// cross the quota.
    pub(in crate::fs) fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        let mut files = self.held.files.lock();
        let file = &self.held.file;
        let written = match &mut self.position {
            Some(position) => {
                let (written, end) = files.write(file, bytes, *position)?;
                *position = end;
                written
            }
            None => files.append(file, bytes)?,
        };
        if written == 0 && !bytes.is_empty() {
            return Err(Errno::IO);
        }
        if self.flags.file_integrity_sync || self.flags.data_integrity_sync {
            files.sync(file, !self.flags.file_integrity_sync)?;
        }
        Ok(written)
    }

    /// Writes all of the bytes.
    pub(in crate::fs) fn write_all(&mut self, mut bytes: &[u8]) -> Result<(), Errno> {
        while !bytes.is_empty() {
            let written = self.write(bytes)?;
            bytes = &bytes[written..];
        }
        Ok(())
    }

    /// Whether `length` bytes would all be within the quota, for a write that is done in parts.
    pub(super) fn may_write_all(&self, length: usize) -> Result<(), Errno> {
        let offset = self.position.unwrap_or_default();
        self.held.files.lock().may_write_all(&self.held.file, length as u64, offset)
    }
}
