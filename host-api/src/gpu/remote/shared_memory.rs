//! Memory that both processes have: files without a name, whose sizes are sealed.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Error, ErrorKind, Result};
use std::os::fd::{AsFd, OwnedFd};
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::{FallocateFlags, MemfdFlags, SealFlags};
use rustix::mm::{MapFlags, ProtFlags};

use super::wire::Place;

/// The size of a slab of small parts, and what larger ones are a multiple of, in bytes.
const SLAB: usize = 1 << 20;
/// The least part, in bytes.
const LEAST: usize = 4 << 10;
/// What is kept of what nobody uses, in bytes.
const MOST_KEPT: usize = 128 << 20;

/// A slab, as it lies in this process.
pub(super) struct Mapping {
    start: NonNull<u8>,
    length: usize,
}

#[allow(unsafe_code, reason = "memory that another process has, too")]
// SAFETY: it is memory like any other, and whoever looks at a part of it has that part to himself.
unsafe impl Send for Mapping {}
#[allow(unsafe_code, reason = "as above")]
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps so many bytes of a file.
    ///
    /// # Errors
    /// The file has fewer, or may become shorter, or there is no room for it.
    pub(super) fn of(file: &OwnedFd, length: usize) -> Result<Mapping> {
        let size = usize::try_from(rustix::fs::fstat(file)?.st_size).unwrap_or_default();
        let seals = rustix::fs::fcntl_get_seals(file)?;
        if length == 0 || size < length || !seals.contains(SealFlags::SHRINK) {
            return Err(ErrorKind::InvalidData.into());
        }
        let access = ProtFlags::READ | ProtFlags::WRITE;
        #[allow(unsafe_code, reason = "there is no other way to have memory in common")]
        // SAFETY: the kernel chooses where it lies, so that it replaces nothing.
        let start = unsafe {
            rustix::mm::mmap(
                std::ptr::null_mut(),
                length,
                access,
                MapFlags::SHARED | MapFlags::POPULATE,
                file,
                0,
            )?
        };
        let start = NonNull::new(start.cast()).ok_or_else(|| Error::from(ErrorKind::OutOfMemory))?;
        Ok(Mapping { start, length })
    }

    /// A part of it, where it has that.
    pub(super) fn part(&self, at: usize, length: usize) -> Option<NonNull<[u8]>> {
        at.checked_add(length).filter(|&end| end <= self.length)?;
        #[allow(unsafe_code, reason = "the one place that says where a part is")]
        // SAFETY: it lies within the mapping, as was just looked at.
        let start = unsafe { self.start.add(at) };
        Some(NonNull::slice_from_raw_parts(start, length))
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        #[allow(unsafe_code, reason = "it was mapped by hand")]
        // SAFETY: it is this mapping, and nobody looks at it any more who does not hold this.
        let unmapped = unsafe { rustix::mm::munmap(self.start.as_ptr().cast(), self.length) };
        // There is nothing to be done about memory that stays.
        let _ = unmapped;
    }
}

impl fmt::Debug for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mapping").field("length", &self.length).finish_non_exhaustive()
    }
}

/// Slabs, and which parts of them nobody uses.
#[derive(Debug, Default)]
pub(super) struct Pool {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Parts that nobody uses, by their sizes.
    free: BTreeMap<usize, Vec<Part>>,
    /// The bytes of those that are slabs of their own.
    kept: usize,
    slabs: u32,
    /// Slabs that the other process need not have any more.
    dropped: Vec<u32>,
}

#[derive(Debug)]
struct Part {
    mapping: Arc<Mapping>,
    slab: u32,
    at: usize,
    size: usize,
}

/// A part that is somebody's, until this is dropped.
#[derive(Debug)]
pub(super) struct Block {
    /// There until this is dropped.
    part: Option<Part>,
    length: usize,
    pool: Arc<Pool>,
}

/// A slab that the other process does not know yet.
#[derive(Debug)]
pub(super) struct Fresh {
    pub(super) slab: u32,
    pub(super) size: usize,
    pub(super) file: OwnedFd,
}

impl Pool {
    /// A part of so many bytes, and the slab that it lies in where that is new.
    ///
    /// # Errors
    /// There is no memory for it.
    pub(super) fn take(self: &Arc<Pool>, length: usize) -> Result<(Block, Option<Fresh>)> {
        let size = match length.max(LEAST) {
            small if small < SLAB => small.next_power_of_two(),
            large => {
                large.checked_next_multiple_of(SLAB).ok_or_else(|| Error::from(ErrorKind::OutOfMemory))?
            }
        };
        let mut inner = self.inner();
        let block = |part| Block { part: Some(part), length, pool: self.clone() };
        if let Some(part) = inner.reuse(size) {
            return Ok((block(part), None));
        }
        inner.slabs = inner.slabs.wrapping_add(1);
        let slab = inner.slabs;
        let fresh = make(slab, size.max(SLAB))?;
        let mapping = Arc::new(Mapping::of(&fresh.file, fresh.size)?);
        let part = |at| Part { mapping: mapping.clone(), slab, at, size };
        let others = (1..fresh.size / size).map(|index| part(index * size));
        let others: Vec<Part> = others.collect();
        inner.free.entry(size).or_default().extend(others);
        Ok((block(part(0)), Some(fresh)))
    }

    /// Slabs that the other process need not have any more, since it was asked last.
    pub(super) fn dropped(&self) -> Vec<u32> {
        std::mem::take(&mut self.inner().dropped)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// A part that nobody uses of this size, or not twice as large.
    fn reuse(&mut self, size: usize) -> Option<Part> {
        let most = if size < SLAB { size } else { size.saturating_mul(2) };
        let (_, parts) = self.free.range_mut(size..=most).find(|(_, parts)| !parts.is_empty())?;
        let part = parts.pop()?;
        if part.size >= SLAB {
            self.kept = self.kept.saturating_sub(part.size);
        }
        Some(part)
    }

    fn put_back(&mut self, part: Part) {
        if part.size >= SLAB {
            if self.kept + part.size > MOST_KEPT {
                self.dropped.push(part.slab);
                return;
            }
            self.kept += part.size;
        }
        self.free.entry(part.size).or_default().push(part);
    }
}

impl Block {
    /// Where it is, for the other process.
    pub(super) fn place(&self) -> Place {
        let (slab, at) = self.part.as_ref().map_or((0, 0), |part| (part.slab, part.at));
        Place { slab, at, length: self.length }
    }

    /// Where it is, for this one.
    pub(super) fn bytes(&self) -> NonNull<[u8]> {
        let bytes = self.part.as_ref().and_then(|part| part.mapping.part(part.at, self.length));
        bytes.unwrap_or(NonNull::slice_from_raw_parts(NonNull::dangling(), 0))
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if let Some(part) = self.part.take() {
            self.pool.inner().put_back(part);
        }
    }
}

/// A file of so many bytes that are there, and stay.
fn make(slab: u32, size: usize) -> Result<Fresh> {
    let file = rustix::fs::memfd_create("dayfly-gpu", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    rustix::fs::ftruncate(&file, size as u64)?;
    // Memory that is not to be had is an error here, and the end of the process where it is touched.
    rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, size as u64)?;
    rustix::fs::fcntl_add_seals(file.as_fd(), SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
    Ok(Fresh { slab, size, file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_used_again_and_do_not_overlap() {
        let pool = Arc::new(Pool::default());
        let (first, fresh) = pool.take(100).unwrap();
        assert_eq!(fresh.unwrap().size, SLAB);
        let (second, fresh) = pool.take(4_096).unwrap();
        assert!(fresh.is_none());
        let (one, other) = (first.place(), second.place());
        assert!(one.slab == other.slab && one.at.abs_diff(other.at) >= LEAST);
        drop(first);
        assert_eq!(pool.take(200).unwrap().0.place().at, one.at);
        let (large, fresh) = pool.take((3 << 20) + 1).unwrap();
        assert_eq!((fresh.unwrap().size, large.bytes().len()), (4 << 20, (3 << 20) + 1));
        drop(large);
        assert!(pool.take(4 << 20).unwrap().1.is_none());
    }

    #[test]
    fn what_is_too_much_to_keep_is_dropped() {
        let pool = Arc::new(Pool::default());
        let all: Vec<Block> = (0..5).map(|_| pool.take(32 << 20).unwrap().0).collect();
        drop(all);
        assert_eq!(pool.dropped().len(), 1);
    }

    #[test]
    fn nothing_is_mapped_that_may_become_shorter_or_is_not_there() {
        let file = rustix::fs::memfd_create("test", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING).unwrap();
        rustix::fs::ftruncate(&file, 4_096).unwrap();
        assert!(Mapping::of(&file, 4_096).is_err());
        let fresh = make(1, 4_096).unwrap();
        assert!(Mapping::of(&fresh.file, 8_192).is_err());
        let mapping = Mapping::of(&fresh.file, 4_096).unwrap();
        assert!(mapping.part(4_000, 96).is_some() && mapping.part(4_000, 97).is_none());
        assert!(mapping.part(usize::MAX, 2).is_none());
    }
}
