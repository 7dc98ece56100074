//! Buffers in a guest's own memory: on their way there through memory of the host.

use std::sync::Arc;

use crate::gpu::Error;
use crate::gpu::device::{Buffer, Device, Mapped, Resource};
use crate::gpu::meter::Taken;

/// Whether a buffer is mapped.
pub(super) enum Mapping {
    None,
    /// Not yet. A mapping that comes when another one is pending, or none, comes too late.
    Pending(Arc<()>),
    Mapped(Range),
}

/// A part of a buffer that is mapped.
pub(super) struct Range {
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) mode: Mode,
    pub(super) bytes: Bytes,
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
    Read(Resource<Mapped>),
    Own {
        bytes: Vec<u8>,
        /// It counts as the guest's memory of the GPU.
        _taken: Taken,
    },
}

impl Bytes {
    /// So many zeros.
    ///
    /// # Errors
    /// The guest may not have so much.
    pub(super) async fn zeros(device: &Device, size: u64) -> Result<Bytes, Error> {
        let taken = device.take_memory(size).await?;
        let size = usize::try_from(size).map_err(|_| Error::validation("that is more than can be mapped"))?;
        Ok(Bytes::Own { bytes: vec![0; size], _taken: taken })
    }

    pub(super) fn get(&self) -> &[u8] {
        match self {
            Bytes::None => &[],
            Bytes::Read(mapped) => &mapped.view,
            Bytes::Own { bytes, .. } => bytes,
        }
    }

    /// None where it is only to be read.
    pub(super) fn get_mut(&mut self) -> Option<&mut [u8]> {
        match self {
            Bytes::Own { bytes, .. } => Some(bytes),
            Bytes::None => Some(&mut []),
            Bytes::Read(_) => None,
        }
    }
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
        let mapped = buffer.get(self.offset, self.size).await?.come().await?;
        self.bytes = match self.mode {
            Mode::Read => {
                buffer.device.shared.counters.received(self.size);
                Bytes::Read(mapped)
            }
            Mode::Write => {
                let taken = buffer.device.take_memory(self.size).await?;
                let bytes = mapped.view.to_vec();
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
        let range = Range { offset: 16, size: 32, mode: Mode::Write, bytes: Bytes::None };
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
