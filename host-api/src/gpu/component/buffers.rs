//! Buffers.

use std::sync::{Arc, Weak};

use wasmtime::Result;
use wasmtime::component::{Accessor, Resource};
use wgpu::BufferUsages;

use super::bindings::wasi::webgpu::webgpu::{
    GetMappedRangeError, GetMappedRangeErrorKind, GpuBufferDescriptor, GpuBufferMapState, GpuBufferUsage,
    GpuMapMode, HostGpuBuffer, HostGpuBufferWithStore, MapAsyncError, MapAsyncErrorKind, UnmapError,
};
use super::label::{Label, dropped, labelled};
use super::mapping::{Bytes, Mapping, Mode, Range};
use super::opened::Opened;
use super::things::Buffer;
use super::{Front, Webgpu};
use crate::gpu::Error;
use crate::gpu::device::{self, Hold};

/// What a guest may use a buffer for.
pub(super) type Usage = GpuBufferUsage;

/// What a buffer may be for on the device, and what it is for here. What is for graphics makes no difference.
const USAGES: [(Usage, BufferUsages); 6] = [
    (Usage::COPY_SRC, BufferUsages::COPY_SRC),
    (Usage::COPY_DST, BufferUsages::COPY_DST),
    (Usage::UNIFORM, BufferUsages::UNIFORM),
    (Usage::STORAGE, BufferUsages::STORAGE),
    (Usage::INDIRECT, BufferUsages::INDIRECT),
    (Usage::QUERY_RESOLVE, BufferUsages::QUERY_RESOLVE),
];

/// Room that is made for a buffer without any: drivers have none of those.
const LEAST: u64 = 4;

impl Buffer {
    pub(super) async fn new(opened: Arc<Opened>, wanted: GpuBufferDescriptor) -> Buffer {
        let (size, usage) = (wanted.size, wanted.usage);
        let is_mapped = wanted.mapped_at_creation.unwrap_or(false);
        let made = opened.made(make(&opened, size, usage, is_mapped).await);
        let (buffer, mapping) = made.map_or((None, Mapping::None), |(buffer, range)| {
            (Some(buffer), range.map_or(Mapping::None, |range| Mapping::Mapped(Box::new(range))))
        });
        Buffer { opened, buffer, size, usage, mapping, label: Label::new(wanted.label) }
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
        mode: GpuMapMode,
        offset: u64,
        size: Option<u64>,
    ) -> std::result::Result<(device::Buffer, Range), Error> {
        let Some(buffer) = self.buffer.clone() else { return Err(super::compute::invalid("the buffer")) };
        let mode = match (mode.contains(GpuMapMode::READ), mode.contains(GpuMapMode::WRITE)) {
            (true, false) if self.usage.contains(Usage::MAP_READ) => Mode::Read,
            (false, true) if self.usage.contains(Usage::MAP_WRITE) => Mode::Write,
            (true, true) | (false, false) => {
                return Err(Error::validation("a buffer is mapped to be read or to be written"));
            }
            _ => return Err(Error::validation("the usage of the buffer lacks that of mapping it so")),
        };
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
    ) -> std::result::Result<(), MapAsyncError> {
        match &self.mapping {
            Mapping::Pending(pending) if pending.ptr_eq(hold) => {}
            _ => {
                let message = "the buffer was unmapped, or destroyed, before it was mapped".to_owned();
                return Err(MapAsyncError { kind: MapAsyncErrorKind::AbortError, message });
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
                Err(MapAsyncError { kind: MapAsyncErrorKind::OperationError, message: error.text })
            }
        }
    }
}

async fn make(
    opened: &Opened,
    size: u64,
    usage: Usage,
    is_mapped: bool,
) -> std::result::Result<(device::Buffer, Option<Range>), Error> {
    let of = |all: BufferUsages, (one, on_device): &(Usage, BufferUsages)| {
        if usage.contains(*one) { all | *on_device } else { all }
    };
    let on_device = USAGES.iter().fold(BufferUsages::empty(), of);
    let mut own = BufferUsages::empty();
    let (read, write) = (usage.contains(Usage::MAP_READ), usage.contains(Usage::MAP_WRITE));
    let besides = |one: Usage, other: Usage| (usage & !(one | other)) == Usage::empty();
    if read {
        own |= BufferUsages::COPY_SRC;
    }
    if write {
        own |= BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
    }
    if (read && !besides(Usage::MAP_READ, Usage::COPY_DST))
        || (write && !besides(Usage::MAP_WRITE, Usage::COPY_SRC))
    {
        return Err(Error::validation(
            "a buffer that is mapped to be read may only be copied to besides, and one to be written only from",
        ));
    }
    if usage == Usage::empty() {
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

fn not_mapped(kind: GetMappedRangeErrorKind, message: &str) -> GetMappedRangeError {
    GetMappedRangeError { kind, message: message.to_owned() }
}

impl HostGpuBuffer for Front<'_> {
    fn size(&mut self, buffer: Resource<Buffer>) -> Result<u64> {
        Ok(self.get(&buffer)?.size)
    }

    fn usage(&mut self, buffer: Resource<Buffer>) -> Result<GpuBufferUsage> {
        Ok(self.get(&buffer)?.usage)
    }

    fn map_state(&mut self, buffer: Resource<Buffer>) -> Result<GpuBufferMapState> {
        let buffer = self.get_mut(&buffer)?;
        buffer.settle();
        Ok(match buffer.mapping {
            Mapping::None => GpuBufferMapState::Unmapped,
            Mapping::Pending(_) => GpuBufferMapState::Pending,
            Mapping::Mapped(_) => GpuBufferMapState::Mapped,
        })
    }

    fn get_mapped_range_get_with_copy(
        &mut self,
        buffer: Resource<Buffer>,
        offset: Option<u64>,
        size: Option<u64>,
    ) -> Result<std::result::Result<Vec<u8>, GetMappedRangeError>> {
        let buffer = self.get(&buffer)?;
        let Mapping::Mapped(range) = &buffer.mapping else {
            return Ok(Err(not_mapped(GetMappedRangeErrorKind::OperationError, "the buffer is not mapped")));
        };
        let offset = offset.unwrap_or(0);
        let size = size.unwrap_or(buffer.size.saturating_sub(offset));
        Ok(match range.part(offset, size) {
            Ok(part) => Ok(range.bytes.get().get(part).unwrap_or_default().to_vec()),
            Err(error) => Err(not_mapped(GetMappedRangeErrorKind::OperationError, &error.text)),
        })
    }

    fn get_mapped_range_set_with_copy(
        &mut self,
        buffer: Resource<Buffer>,
        data: Vec<u8>,
        offset: Option<u64>,
        size: Option<u64>,
    ) -> Result<std::result::Result<(), GetMappedRangeError>> {
        use GetMappedRangeErrorKind::{OperationError, RangeError};
        let Mapping::Mapped(range) = &mut self.get_mut(&buffer)?.mapping else {
            return Ok(Err(not_mapped(OperationError, "the buffer is not mapped")));
        };
        let size = size.unwrap_or(data.len() as u64);
        let Some(data) = usize::try_from(size).ok().and_then(|size| data.get(..size)) else {
            let text = format!("there are {} bytes, and not {size}", data.len());
            return Ok(Err(not_mapped(RangeError, &text)));
        };
        let part = match range.part(offset.unwrap_or(0), size) {
            Ok(part) => part,
            Err(error) => return Ok(Err(not_mapped(OperationError, &error.text))),
        };
        let Some(to) = range.bytes.get_mut().and_then(|bytes| bytes.get_mut(part)) else {
            return Ok(Err(not_mapped(OperationError, "the buffer is mapped to be read")));
        };
        to.copy_from_slice(data);
        Ok(Ok(()))
    }

    async fn unmap(&mut self, buffer: Resource<Buffer>) -> Result<std::result::Result<(), UnmapError>> {
        let buffer = self.get_mut(&buffer)?;
        let range = buffer.end_mapping();
        let opened = buffer.opened.clone();
        if let (Some(made), Some(range)) = (buffer.buffer.clone(), range)
            && range.mode == Mode::Write
        {
            opened.made(made.put(range.offset, range.bytes.get()).await);
        }
        Ok(Ok(()))
    }

    fn destroy(&mut self, buffer: Resource<Buffer>) -> Result<()> {
        let buffer = self.get_mut(&buffer)?;
        buffer.end_mapping();
        if let Some(buffer) = buffer.buffer.take() {
            buffer.data.destroy();
        }
        Ok(())
    }

    labelled!(Buffer);
    dropped!(Buffer);
}

impl<T: 'static> HostGpuBufferWithStore<T> for Webgpu {
    async fn map_async(
        store: &Accessor<T, Self>,
        buffer: Resource<Buffer>,
        mode: GpuMapMode,
        offset: Option<u64>,
        size: Option<u64>,
    ) -> Result<std::result::Result<(), MapAsyncError>> {
        let begun = store.with(|mut access| -> Result<_> {
            let mut front = access.get();
            let buffer = front.get_mut(&buffer)?;
            let begun = buffer.begin_mapping(mode, offset.unwrap_or(0), size);
            Ok(begun.map_err(|error| {
                buffer.opened.raise(error.clone());
                MapAsyncError { kind: MapAsyncErrorKind::OperationError, message: error.text }
            }))
        });
        let (on_device, range) = match begun? {
            Ok(begun) => begun,
            Err(error) => return Ok(Err(error)),
        };
        let hold = range.hold.as_ref().map(Arc::downgrade).unwrap_or_default();
        let range = match on_device.device.shared.counters.call() {
            Ok(_call) => range.filled(&on_device).await,
            Err(error) => Err(error),
        };
        store.with(|mut access| Ok(access.get().get_mut(&buffer)?.finish_mapping(&hold, range)))
    }
}
