//! Buffers in a guest's own memory: on their way there through memory of the host.

use std::sync::{Arc, Weak};

use crate::gpu::device::{Buffer, Device, Hold, Mapped, Resource};
use crate::gpu::meter::Taken;
use crate::gpu::{Errno, Error};

/// Whether a buffer is mapped.
pub(super) enum Mapping {
    None,
    /// Not yet. A mapping that comes when another one is pending, or none, comes too late; one that nobody waits for any
    /// more is gone.
    Pending(Weak<Hold>),
    Mapped(Box<Range>),
}

/// A part of a buffer that is mapped.
pub(super) struct Range {
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) mode: Mode,
    pub(super) bytes: Bytes,
    /// The buffer is not used meanwhile.
    pub(super) hold: Option<Arc<Hold>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mode {
    Read,
    Write,
}

/// What is mapped.
pub(super) enum Bytes {
    None,
    /// Where the driver put it.
    Read {
        mapped: Resource<Mapped>,
        _taken: Taken,
    },
    Own {
        bytes: Vec<u8>,
        _taken: Taken,
    },
}

impl Bytes {
    /// So many zeros.
    ///
    /// # Errors
    /// The guest may not have so much.
    pub(super) fn zeros(device: &Device, size: u64) -> Result<Bytes, Error> {
        let taken = host_memory(device, size)?;
        let mut bytes = room(size)?;
        bytes.resize(size as usize, 0);
        Ok(Bytes::Own { bytes, _taken: taken })
    }

    pub(super) fn get(&self) -> &[u8] {
        match self {
            Bytes::None => &[],
            Bytes::Read { mapped, .. } => &mapped.view,
            Bytes::Own { bytes, .. } => bytes,
        }
    }

    /// None where it is only to be read.
    pub(super) fn get_mut(&mut self) -> Option<&mut [u8]> {
        match self {
            Bytes::Own { bytes, .. } => Some(bytes),
            Bytes::None => Some(&mut []),
            Bytes::Read { .. } => None,
        }
    }
}

/// Memory of the host for something that is mapped.
///
/// # Errors
/// The guest may not have so much.
fn host_memory(device: &Device, size: u64) -> Result<Taken, Error> {
    let counters = &device.shared.counters;
    counters.mapped.take(size).ok_or_else(|| {
        let (used, most) = (counters.mapped.used(), counters.mapped.limit());
        let what = format!("{size} bytes mapped besides the {used} that are, where it may have {most}");
        counters.refused("mapped", Errno::NoMemory, &what)
    })
}

/// Room for so many bytes.
///
/// # Errors
/// The host has none.
fn room(size: u64) -> Result<Vec<u8>, Error> {
    let none =
        || Error::new(Errno::NoMemory, format!("the host has no {size} bytes for what is to be mapped"));
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(size).map_err(|_| none())?).map_err(|_| none())?;
    Ok(bytes)
}

impl Range {
    /// With what the buffer has there, after all that was submitted.
    ///
    /// # Errors
    /// The guest may not have so much memory, or the device is lost.
    pub(super) async fn filled(mut self, buffer: &Buffer) -> Result<Range, Error> {
        if self.size == 0 {
            buffer.device.wait(0, None).await?;
            return Ok(self);
        }
        let taken = host_memory(&buffer.device, self.size)?;
        let mapped = buffer.get(self.offset, self.size).await?.come().await?;
        self.bytes = match self.mode {
            Mode::Read => {
                buffer.device.shared.counters.received(self.size);
                Bytes::Read { mapped, _taken: taken }
            }
            Mode::Write => {
                let mut bytes = room(self.size)?;
                bytes.extend_from_slice(&mapped.view);
                buffer.device.put_back(mapped);
                Bytes::Own { bytes, _taken: taken }
            }
        };
        Ok(self)
    }

    /// Where a part of the buffer is in what is mapped.
    ///
    /// # Errors
    /// It is not, or not as WebGPU wants it.
    pub(super) fn part(&self, offset: u64, size: u64) -> Result<std::ops::Range<usize>, Error> {
        if !offset.is_multiple_of(wgpu::MAP_ALIGNMENT) || !size.is_multiple_of(wgpu::COPY_BUFFER_ALIGNMENT) {
            let text = format!("{size} bytes at {offset}: these have to be multiples of 4 and 8");
            return Err(Error::validation(text));
        }
        let (Some(start), Some(end)) = (offset.checked_sub(self.offset), offset.checked_add(size)) else {
            return Err(self.outside(offset, size));
        };
        if end > self.offset + self.size {
            return Err(self.outside(offset, size));
        }
        Ok(start as usize..(start + size) as usize)
    }

    fn outside(&self, offset: u64, size: u64) -> Error {
        let Range { offset: start, size: there, .. } = self;
        Error::validation(format!(
            "{size} bytes at {offset} are not within the {there} at {start} that are mapped"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_within_what_is_mapped() {
        let range = Range { offset: 16, size: 32, mode: Mode::Write, bytes: Bytes::None, hold: None };
        assert_eq!(range.part(16, 32).unwrap(), 0..32);
        assert_eq!(range.part(24, 4).unwrap(), 8..12);
        assert_eq!(range.part(48, 0).unwrap(), 32..32);
        for (offset, size) in
            [(8, 8), (16, 36), (48, 4), (20, 4), (16, 2), (u64::MAX - 7, 8), (16, u64::MAX - 3)]
        {
            assert!(range.part(offset, size).is_err(), "{size} at {offset}");
        }
    }
}
