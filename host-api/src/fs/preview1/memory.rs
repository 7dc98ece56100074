//! A guest's memory, as its pointers reach it.

use std::ops::Range;

use super::Errno;

/// A guest's linear memory. Every access is checked: a pointer beyond the end is `EFAULT`, never a panic.
#[derive(Debug)]
pub struct Memory<'a>(&'a mut [u8]);

impl<'a> Memory<'a> {
    /// The memory that is `bytes`.
    pub fn new(bytes: &'a mut [u8]) -> Memory<'a> {
        Memory(bytes)
    }

    /// `length` bytes from `start` on.
    ///
    /// # Errors
    /// `EFAULT` where they are not all there.
    pub fn bytes(&self, start: u32, length: u32) -> Result<&[u8], Errno> {
        self.0.get(range(start, length)).ok_or(Errno::FAULT)
    }

    /// `length` bytes from `start` on, to be written.
    ///
    /// # Errors
    /// `EFAULT` where they are not all there.
    pub fn bytes_mut(&mut self, start: u32, length: u32) -> Result<&mut [u8], Errno> {
        self.0.get_mut(range(start, length)).ok_or(Errno::FAULT)
    }

    /// A text.
    ///
    /// # Errors
    /// `EFAULT` where it is not all there, `EILSEQ` where it is no UTF-8.
    pub fn text(&self, start: u32, length: u32) -> Result<&str, Errno> {
        std::str::from_utf8(self.bytes(start, length)?).map_err(|_| Errno::ILSEQ)
    }

    /// Writes bytes from `start` on.
    ///
    /// # Errors
    /// `EFAULT` where there is no room for all of them.
    pub fn write(&mut self, start: u32, bytes: &[u8]) -> Result<(), Errno> {
        let length = u32::try_from(bytes.len()).map_err(|_| Errno::FAULT)?;
        self.bytes_mut(start, length)?.copy_from_slice(bytes);
        Ok(())
    }

    /// A number in the order of WebAssembly, little end first.
    ///
    /// # Errors
    /// `EFAULT` where it is not all there.
    pub fn u32(&self, start: u32) -> Result<u32, Errno> {
        self.array(start).map(u32::from_le_bytes)
    }

    /// Writes a number, little end first.
    ///
    /// # Errors
    /// `EFAULT` where there is no room for it.
    pub fn write_u32(&mut self, start: u32, value: u32) -> Result<(), Errno> {
        self.write(start, &value.to_le_bytes())
    }

    /// Writes a number, little end first.
    ///
    /// # Errors
    /// `EFAULT` where there is no room for it.
    pub fn write_u64(&mut self, start: u32, value: u64) -> Result<(), Errno> {
        self.write(start, &value.to_le_bytes())
    }

    fn array<const N: usize>(&self, start: u32) -> Result<[u8; N], Errno> {
        let start = start as usize;
        let bytes = self.0.get(start..start.saturating_add(N)).ok_or(Errno::FAULT)?;
        bytes.try_into().map_err(|_| Errno::FAULT)
    }

    /// The pieces that an array of `count` vectors names, in order; each is a start and a length.
    ///
    /// # Errors
    /// `EINVAL` for more than [`MAX_VECTORS`], `EFAULT` where one is not all there.
    pub fn vectors(&self, start: u32, count: u32) -> Result<Vec<(u32, u32)>, Errno> {
        if count > MAX_VECTORS {
            return Err(Errno::INVAL);
        }
        let array = self.bytes(start, count * 8)?;
        let mut vectors = Vec::with_capacity(count as usize);
        for vector in array.chunks_exact(8) {
            let number =
                |bytes: &[u8]| bytes.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte));
            let (start, length) = (number(&vector[..4]), number(&vector[4..]));
            self.bytes(start, length)?;
            if length > 0 {
                vectors.push((start, length));
            }
        }
        Ok(vectors)
    }
}

/// The most pieces of one read or write, as POSIX systems have it (`IOV_MAX`).
pub const MAX_VECTORS: u32 = 1024;

fn range(start: u32, length: u32) -> Range<usize> {
    let start = start as usize;
    start..start.saturating_add(length as usize)
}
