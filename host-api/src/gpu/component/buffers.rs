//! Buffers.

mod common;
mod first;
#[cfg(feature = "wasi03")]
mod later;

use std::sync::{Arc, Weak};

use wasmtime::Result;
use wasmtime::component::Resource;
use wgpu::BufferUsages;

use super::label::Label;
use super::mapping::{Bytes, Mapping, Mode, Range};
use super::opened::Opened;
use super::things::Buffer;
use super::{Front, usage};
use crate::gpu::Error;
use crate::gpu::device::{self, Hold};

/// What a buffer is for on the device as it is here. What is for graphics makes no difference.
const ON_DEVICE: BufferUsages = BufferUsages::COPY_SRC
    .union(BufferUsages::COPY_DST)
    .union(BufferUsages::UNIFORM)
    .union(BufferUsages::STORAGE)
    .union(BufferUsages::INDIRECT)
    .union(BufferUsages::QUERY_RESOLVE);

/// Room that is made for a buffer without any: drivers have none of those.
const LEAST: u64 = 4;

impl Buffer {
    pub(super) async fn new(
        opened: Arc<Opened>,
        (size, usage): (u64, BufferUsages),
        is_mapped: bool,
        label: Label,
    ) -> Buffer {
        let made = opened.made(make(&opened, size, usage, is_mapped).await);
        let (buffer, mapping) = made.map_or((None, Mapping::None), |(buffer, range)| {
            (Some(buffer), range.map_or(Mapping::None, |range| Mapping::Mapped(Box::new(range))))
        });
        Buffer { opened, buffer, size, usage, mapping, label }
    }

    /// Ends the mapping. Gives what was mapped, which holds the buffer up until it is dropped.
    fn end_mapping(&mut self) -> Option<Range> {
        match std::mem::replace(&mut self.mapping, Mapping::None) {
            Mapping::Mapped(range) => Some(*range),
            Mapping::Pending(hold) => {
                // Who waits for it is told, and need not be there for the buffer to be used.
                hold.upgrade().inspect(|hold| hold.release());
                None
            }
            Mapping::None => None,
        }
    }

    /// Forgets a mapping that nobody waits for any more: the call was given up.
    fn settle(&mut self) {
        if matches!(&self.mapping, Mapping::Pending(hold) if hold.strong_count() == 0) {
            self.mapping = Mapping::None;
        }
    }

    /// Begins to map a part of it.
    fn begin_mapping(
        &mut self,
        mode: Option<Mode>,
        offset: u64,
        size: Option<u64>,
    ) -> std::result::Result<(device::Buffer, Range), Error> {
        let Some(buffer) = self.buffer.clone() else { return Err(super::compute::invalid("the buffer")) };
        let Some(mode) = mode else {
            return Err(Error::validation("a buffer is mapped to be read or to be written"));
        };
        let needed = match mode {
            Mode::Read => BufferUsages::MAP_READ,
            Mode::Write => BufferUsages::MAP_WRITE,
        };
        if !self.usage.contains(needed) {
            return Err(Error::validation("the usage of the buffer lacks that of mapping it so"));
        }
        self.settle();
        if !matches!(self.mapping, Mapping::None) {
            return Err(Error::validation("the buffer is mapped already, or is about to be"));
        }
        let size = size.unwrap_or(self.size.saturating_sub(offset));
        if !offset.is_multiple_of(wgpu::MAP_ALIGNMENT)
            || !size.is_multiple_of(wgpu::COPY_BUFFER_ALIGNMENT)
            || offset.checked_add(size).is_none_or(|end| end > self.size)
        {
            let text = format!(
                "{size} bytes at {offset}: these have to be multiples of 4 and 8, and within the {} of the buffer",
                self.size
            );
            return Err(Error::validation(text));
        }
        buffer.device.shared.check()?;
        let hold = Arc::new(Hold::new(&buffer.data));
        self.mapping = Mapping::Pending(Arc::downgrade(&hold));
        Ok((buffer, Range { offset, size, mode, bytes: Bytes::None, hold: Some(hold) }))
    }

    /// Has it be mapped, or not, if it still is to be.
    fn finish_mapping(
        &mut self,
        hold: &Weak<Hold>,
        range: std::result::Result<Range, Error>,
    ) -> std::result::Result<(), Unmapped> {
        match &self.mapping {
            Mapping::Pending(pending) if pending.ptr_eq(hold) => {}
            _ => {
                let why = "the buffer was unmapped, or destroyed, before it was mapped".to_owned();
                return Err(Unmapped::Aborted(why));
            }
        }
        match range {
            Ok(range) => {
                self.mapping = Mapping::Mapped(Box::new(range));
                Ok(())
            }
            Err(error) => {
                self.mapping = Mapping::None;
                self.opened.raise(error.clone());
                Err(Unmapped::Failed(error.text))
            }
        }
    }
}

/// Why a buffer was not mapped.
enum Unmapped {
    /// It was not to be any more.
    Aborted(String),
    Failed(String),
}

/// A buffer that is being mapped.
struct Beginning {
    on_device: device::Buffer,
    range: Range,
    hold: Weak<Hold>,
}

impl Beginning {
    /// The part that is mapped, with what the buffer has there.
    async fn come(self) -> std::result::Result<Range, Error> {
        let _call = self.on_device.device.shared.counters.call()?;
        self.range.filled(&self.on_device).await
    }
}

impl Front<'_> {
    /// Begins to map a part of a buffer.
    fn begin_mapping(
        &mut self,
        buffer: &Resource<Buffer>,
        mode: Option<Mode>,
        offset: Option<u64>,
        size: Option<u64>,
    ) -> Result<std::result::Result<Beginning, Unmapped>> {
        let buffer = self.get_mut(buffer)?;
        Ok(match buffer.begin_mapping(mode, offset.unwrap_or(0), size) {
            Ok((on_device, range)) => {
                let hold = range.hold.as_ref().map(Arc::downgrade).unwrap_or_default();
                Ok(Beginning { on_device, range, hold })
            }
            Err(error) => {
                buffer.opened.raise(error.clone());
                Err(Unmapped::Failed(error.text))
            }
        })
    }
}

async fn make(
    opened: &Opened,
    size: u64,
    usage: BufferUsages,
    is_mapped: bool,
) -> std::result::Result<(device::Buffer, Option<Range>), Error> {
    if !usage::ALL.contains(usage) {
        return Err(Error::validation("the buffer is for something that no buffer is for"));
    }
    let on_device = usage & ON_DEVICE;
    let mut own = BufferUsages::empty();
    let (read, write) = (usage.contains(BufferUsages::MAP_READ), usage.contains(BufferUsages::MAP_WRITE));
    let besides = |one: BufferUsages, other: BufferUsages| (one | other).contains(usage);
    if read {
        own |= BufferUsages::COPY_SRC;
    }
    if write {
        own |= BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
    }
    if (read && !besides(BufferUsages::MAP_READ, BufferUsages::COPY_DST))
        || (write && !besides(BufferUsages::MAP_WRITE, BufferUsages::COPY_SRC))
    {
        return Err(Error::validation(
            "a buffer that is mapped to be read may only be copied to besides, and one to be written only from",
        ));
    }
    if usage.is_empty() {
        return Err(Error::validation("the buffer is for nothing"));
    }
    if is_mapped && !size.is_multiple_of(wgpu::COPY_BUFFER_ALIGNMENT) {
        return Err(Error::validation(format!(
            "{size} bytes can't be mapped: they have to be a multiple of 4"
        )));
    }
    if is_mapped || (on_device | own).is_empty() {
        own |= BufferUsages::COPY_DST;
    }
    let device = &opened.device;
    let mut buffer = device.create_buffer(size.max(LEAST), on_device, own).await?;
    buffer.size = size;
    if !is_mapped {
        return Ok((buffer, None));
    }
    let bytes = Bytes::zeros(device, size)?;
    let hold = Some(Arc::new(Hold::new(&buffer.data)));
    Ok((buffer, Some(Range { offset: 0, size, mode: Mode::Write, bytes, hold })))
}
