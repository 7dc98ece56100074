//! Reading and writing open files.

use std::os::fd::OwnedFd;

use rustix::buffer::spare_capacity;
use rustix::fs::FallocateFlags;

use super::display::DisplayPath;
use super::ledger::FileId;
use super::{Errno, FileSystem, RefusalKind};

/// The longest file there can be: offsets are signed in POSIX.
const MAX_SIZE: u64 = i64::MAX as u64;

/// A regular file that a guest holds open. It has no position: every read and write says where it begins.
#[derive(Debug)]
pub struct OpenFile {
    pub(super) file: OwnedFd,
    /// What the ledger knows it by.
    pub(super) id: FileId,
    /// The mount may be written, whatever the file was opened for.
    pub(super) changeable: bool,
    pub(super) readable: bool,
    pub(super) writable: bool,
    pub(super) append: bool,
    /// The handle's flags are shared with other handles, so that they must stay as they are.
    pub(super) mounted: bool,
    /// Where it was opened, for refusals.
    pub(super) path: DisplayPath,
}

impl OpenFile {
    /// Whether each write goes to the end.
    pub fn appends(&self) -> bool {
        self.append
    }

    /// Whether it was opened for reading.
    pub fn is_readable(&self) -> bool {
        self.readable
    }

    /// Whether it was opened for writing.
    pub fn is_writable(&self) -> bool {
        self.writable
    }
}

impl FileSystem {
    /// Reads from `offset` on into `buffer`; zero bytes mean the end.
    ///
    /// # Errors
    /// The POSIX ones of `pread`.
    pub fn read(&mut self, file: &OpenFile, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        self.read_by(file, offset, |file| rustix::io::pread(file, &mut *buffer, offset))
    }

    /// Reads at most `most` bytes from `offset` on; none mean the end. The buffer is made for them, and is not filled
    /// with anything before.
    ///
    /// # Errors
    /// The POSIX ones of `pread`.
    pub fn read_some(&mut self, file: &OpenFile, most: usize, offset: u64) -> Result<Vec<u8>, Errno> {
        let mut bytes = Vec::with_capacity(most.max(1));
        self.read_by(file, offset, |file| match most {
            0 => rustix::io::pread(file, &mut [0_u8; 0], offset),
            _ => rustix::io::pread(file, spare_capacity(&mut bytes), offset),
        })?;
        Ok(bytes)
    }

    fn read_by(
        &mut self,
        file: &OpenFile,
        offset: u64,
        mut read: impl FnMut(&OwnedFd) -> Result<usize, Errno>,
    ) -> Result<usize, Errno> {
        self.ledger.operation();
        if !file.readable {
            return Err(Errno::BADF);
        }
        // Nothing lies beyond the largest offset.
        if offset > MAX_SIZE {
            return Ok(0);
        }
        let count = retry(|| read(&file.file))?;
        self.ledger.read(count as u64);
        Ok(count)
    }

    /// Writes `bytes` from `offset` on, or to the end where the file appends; gives how many were written and
    /// where they end.
    ///
    /// # Errors
    /// The POSIX ones of `pwrite`; `ENOSPC` if all of them together would cross the quota.
    pub fn write(&mut self, file: &OpenFile, bytes: &[u8], offset: u64) -> Result<(usize, u64), Errno> {
        self.write_at(file, bytes, if file.append { None } else { Some(offset) })
    }

    /// Writes `bytes` to the end, whatever the file was opened for; gives how many were written.
    ///
    /// # Errors
    /// As for [`write`](FileSystem::write).
    pub fn append(&mut self, file: &OpenFile, bytes: &[u8]) -> Result<usize, Errno> {
        self.write_at(file, bytes, None).map(|(count, _)| count)
    }

    /// Writes from an offset on, or to the end where there is none.
    fn write_at(
        &mut self,
        file: &OpenFile,
        bytes: &[u8],
        offset: Option<u64>,
    ) -> Result<(usize, u64), Errno> {
        self.ledger.operation();
        if !file.writable {
            return Err(Errno::BADF);
        }
        let at_end = offset.is_none();
        let offset = offset.unwrap_or_else(|| self.ledger.size(file.id));
        if bytes.is_empty() {
            return Ok((0, offset));
        }
        let end = offset.checked_add(bytes.len() as u64).filter(|end| *end <= MAX_SIZE).ok_or(Errno::FBIG)?;
        self.has_room(file, end, "write to")?;
        // The system finds the end itself, also where another process writes to the file.
        let count = match at_end {
            true if file.append && !file.mounted => retry(|| rustix::io::write(&file.file, bytes))?,
            true => retry(|| append(&file.file, bytes, offset))?,
            false => retry(|| rustix::io::pwrite(&file.file, bytes, offset))?,
        };
        let end = offset + count as u64;
        self.ledger.wrote(file.id, count as u64, end);
        Ok((count, end))
    }

    /// Whether `length` bytes that are written from `offset` on would all be within the quota, so that a write that
    /// is done in parts is refused before its first one.
    ///
    /// # Errors
    /// As for [`write`](FileSystem::write).
    pub fn may_write_all(&mut self, file: &OpenFile, length: u64, offset: u64) -> Result<(), Errno> {
        if !file.writable {
            return Err(Errno::BADF);
        }
        let offset = if file.append { self.ledger.size(file.id) } else { offset };
        let end = offset.checked_add(length).filter(|end| *end <= MAX_SIZE).ok_or(Errno::FBIG)?;
        self.has_room(file, end, "write to")
    }

    /// Makes a file exactly `size` bytes long.
    ///
    /// # Errors
    /// The POSIX ones of `ftruncate`; `ENOSPC` if that would cross the quota.
    pub fn set_size(&mut self, file: &OpenFile, size: u64) -> Result<(), Errno> {
        self.ledger.operation();
        if !file.writable {
            return Err(Errno::BADF);
        }
        self.truncate(file, size)
    }

    /// Makes a file at least `offset + length` bytes long, with room on the disk for that part.
    ///
    /// # Errors
    /// The POSIX ones of `posix_fallocate`; `ENOSPC` if that would cross the quota.
    pub fn allocate(&mut self, file: &OpenFile, offset: u64, length: u64) -> Result<(), Errno> {
        self.ledger.operation();
        if !file.writable {
            return Err(Errno::BADF);
        }
        if length == 0 {
            return Err(Errno::INVAL);
        }
        let end = offset.checked_add(length).filter(|end| *end <= MAX_SIZE).ok_or(Errno::FBIG)?;
        self.has_room(file, end, "allocate")?;
        match retry(|| rustix::fs::fallocate(&file.file, FallocateFlags::empty(), offset, length)) {
            // A file system without it: the length is what the guest can see.
            Err(Errno::OPNOTSUPP | Errno::NOSYS) if end > self.ledger.size(file.id) => {
                rustix::fs::ftruncate(&file.file, end)?;
            }
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => {}
            allocated => allocated?,
        }
        self.ledger.wrote(file.id, 0, end);
        Ok(())
    }

    /// Switches whether each write goes to the end.
    ///
    /// # Errors
    /// The POSIX ones of `fcntl`.
    pub fn set_append(&mut self, file: &mut OpenFile, append: bool) -> Result<(), Errno> {
        self.ledger.operation();
        let mut flags = rustix::fs::fcntl_getfl(&file.file)?;
        flags.set(rustix::fs::OFlags::APPEND, append);
        if !file.mounted {
            rustix::fs::fcntl_setfl(&file.file, flags)?;
        }
        file.append = append;
        Ok(())
    }

    /// Waits until a file's content is on the disk; what is known of it too, unless only the content matters.
    ///
    /// # Errors
    /// The POSIX ones of `fsync`.
    pub fn sync(&mut self, file: &OpenFile, only_content: bool) -> Result<(), Errno> {
        self.ledger.operation();
        if only_content { rustix::fs::fdatasync(&file.file) } else { rustix::fs::fsync(&file.file) }
    }

    pub(super) fn truncate(&mut self, file: &OpenFile, size: u64) -> Result<(), Errno> {
        if size > MAX_SIZE {
            return Err(Errno::FBIG);
        }
        self.has_room(file, size, "extend")?;
        retry(|| rustix::fs::ftruncate(&file.file, size))?;
        self.ledger.resized(file.id, size);
        Ok(())
    }

    fn has_room(&mut self, file: &OpenFile, size: u64, operation: &'static str) -> Result<(), Errno> {
        if self.ledger.has_room_for(file.id, size) {
            return Ok(());
        }
        self.refusals.add(RefusalKind::Bytes, operation, file.path.as_str(), None);
        Err(Errno::NOSPC)
    }
}

/// Writes at the end of a file whose flags don't say so and must stay as they are; at `end` where only the flags could say so.
fn append(file: &OwnedFd, bytes: &[u8], end: u64) -> Result<usize, Errno> {
    #[cfg(target_os = "linux")]
    match rustix::io::pwritev2(file, &[std::io::IoSlice::new(bytes)], end, rustix::io::ReadWriteFlags::APPEND)
    {
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => {}
        written => return written,
    }
    rustix::io::pwrite(file, bytes, end)
}

fn retry<T>(mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            done => return done,
        }
    }
}
