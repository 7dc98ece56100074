//! Buffers, and whether they may be used now.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wgpu::BufferUsages;

use super::{Device, Resource};
use crate::gpu::Error;

/// A buffer of the driver's, and whether it may be used.
#[derive(Debug)]
pub(in crate::gpu) struct Data {
    buffer: wgpu::Buffer,
    state: AtomicU64,
    /// How many times it was mapped.
    #[cfg_attr(not(feature = "components"), allow(dead_code, reason = "only components map buffers"))]
    mappings: AtomicU64,
}

/// A buffer, and what its guest knows of it.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct Buffer {
    pub(in crate::gpu) device: Arc<Device>,
    pub(in crate::gpu) data: Arc<Resource<Data>>,
    pub(in crate::gpu) size: u64,
    /// What its guest may use it for.
    pub(in crate::gpu) usage: BufferUsages,
}

/// What is said of a buffer that may be used.
const USABLE: u64 = 0;
/// What is said of one that was destroyed. Anything else is the number of a mapping.
const DESTROYED: u64 = u64::MAX;

/// Keeps a buffer from being used, until it is dropped.
#[cfg(feature = "components")]
#[derive(Debug)]
pub(in crate::gpu) struct Hold {
    data: Arc<Resource<Data>>,
    number: u64,
}

#[cfg(feature = "components")]
impl Hold {
    pub(in crate::gpu) fn new(data: &Arc<Resource<Data>>) -> Hold {
        let number = data.mappings.fetch_add(1, Ordering::AcqRel) + 1;
        // One that was destroyed stays so.
        let _ = data.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| {
            (state != DESTROYED).then_some(number)
        });
        Hold { data: data.clone(), number }
    }

    /// Lets it be used again, unless another one keeps it from that.
    pub(in crate::gpu) fn release(&self) {
        let _ = self.data.state.compare_exchange(self.number, USABLE, Ordering::AcqRel, Ordering::Acquire);
    }
}

#[cfg(feature = "components")]
impl Drop for Hold {
    fn drop(&mut self) {
        self.release();
    }
}

impl Data {
    pub(super) fn new(buffer: wgpu::Buffer) -> Data {
        Data { buffer, state: AtomicU64::new(USABLE), mappings: AtomicU64::new(0) }
    }

    /// Has it never be used again.
    #[cfg(feature = "components")]
    pub(in crate::gpu) fn destroy(&self) {
        self.state.store(DESTROYED, Ordering::Release);
    }

    /// Whether it may be used.
    ///
    /// # Errors
    /// It may not, and why.
    pub(super) fn check(&self) -> Result<(), Error> {
        match self.state.load(Ordering::Acquire) {
            USABLE => Ok(()),
            DESTROYED => Err(Error::validation("a buffer is used that was destroyed")),
            _ => Err(Error::validation("a buffer is used that is mapped")),
        }
    }
}

impl Deref for Data {
    type Target = wgpu::Buffer;

    fn deref(&self) -> &wgpu::Buffer {
        &self.buffer
    }
}

impl Buffer {
    /// Whether it has such a part that may be used so. `name` is that of the usage.
    ///
    /// # Errors
    /// It has not, or may not.
    pub(in crate::gpu) fn within(
        &self,
        offset: u64,
        size: u64,
        usage: BufferUsages,
        name: &str,
    ) -> Result<(), Error> {
        self.may(usage, name)?;
        if offset.checked_add(size).is_none_or(|end| end > self.size) {
            let text = format!("{size} bytes at {offset} are not all within the {} of the buffer", self.size);
            return Err(Error::validation(text));
        }
        Ok(())
    }

    /// Whether it may be used so.
    ///
    /// # Errors
    /// It may not.
    fn may(&self, usage: BufferUsages, name: &str) -> Result<(), Error> {
        match self.usage.contains(usage) {
            true => Ok(()),
            false => Err(Error::validation(format!("the usage of the buffer lacks {name}"))),
        }
    }

    /// The same for data on its way, whose places are multiples of 4.
    ///
    /// # Errors
    /// As above; or they are not; or the device is lost.
    pub(super) fn part(
        &self,
        offset: u64,
        length: u64,
        usage: BufferUsages,
        name: &str,
    ) -> Result<(), Error> {
        self.may(usage, name)?;
        const UNIT: u64 = wgpu::COPY_BUFFER_ALIGNMENT;
        if !offset.is_multiple_of(UNIT) || !length.is_multiple_of(UNIT) {
            let text = format!("{length} bytes at {offset}: both have to be multiples of {UNIT}");
            return Err(Error::invalid(text));
        }
        self.within(offset, length, usage, name)?;
        self.data.check()?;
        self.device.shared.check()
    }
}
