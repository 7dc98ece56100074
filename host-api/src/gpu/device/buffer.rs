//! Buffers, and whether they may be used now.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use wgpu::BufferUsages;

use super::{Device, Resource};
use crate::gpu::Error;

/// A buffer of the driver's, and whether it may be used.
#[derive(Debug)]
pub(in crate::gpu) struct Data {
    buffer: wgpu::Buffer,
    state: AtomicU8,
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

/// Whether a buffer may be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::gpu) enum State {
    Usable,
    /// Its guest has it in its own memory, or is about to.
    Mapped,
    Destroyed,
}

impl Data {
    pub(super) fn new(buffer: wgpu::Buffer) -> Data {
        Data { buffer, state: AtomicU8::new(State::Usable as u8) }
    }

    fn state(&self) -> State {
        match self.state.load(Ordering::Acquire) {
            0 => State::Usable,
            1 => State::Mapped,
            _ => State::Destroyed,
        }
    }

    #[cfg(feature = "wasi03")]
    pub(in crate::gpu) fn set_state(&self, state: State) {
        self.state.store(state as u8, Ordering::Release);
    }

    /// Whether it may be used.
    ///
    /// # Errors
    /// It may not, and why.
    pub(super) fn check(&self) -> Result<(), Error> {
        match self.state() {
            State::Usable => Ok(()),
            State::Mapped => Err(Error::validation("a buffer is used that is mapped")),
            State::Destroyed => Err(Error::validation("a buffer is used that was destroyed")),
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
