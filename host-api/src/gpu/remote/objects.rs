//! Things of devices of workers: their names there.

use std::future::ready;
use std::ops::Range;
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::{Arc, PoisonError};

use wgpu::custom::*;
use wgpu::{
    BufferAsyncError, CompilationInfo, CompilationMessage, CompilationMessageType, MapMode, MapRangeError,
    SourceLocation, WriteOnly,
};

use super::link::Slot;
use super::process::Owner;
use super::shared_memory::Block;
use super::wire::{Answer, Id, Message, Op, Severity};

/// Something of a device, which is dropped there when this is.
#[derive(Debug)]
pub(super) struct Thing {
    owner: Arc<Owner>,
    id: Id,
    /// What the threads have that work on it, in bytes, where it is a shader.
    stack: u64,
    /// Whether it may take much of the GPU's memory.
    is_large: bool,
}

/// A buffer.
#[derive(Debug)]
pub(super) struct RemoteBuffer {
    thing: Thing,
    size: u64,
    mapped: Slot,
    /// Where what is mapped begins.
    start: std::sync::atomic::AtomicU64,
}

/// What was read of a buffer.
#[derive(Debug)]
struct Read {
    block: Option<Arc<Block>>,
    at: usize,
    length: usize,
}

/// To what of wgpu's the rest of this crate never asks for.
pub(super) fn no_graphics() -> ! {
    // Whoever asks for it anyway is a thread of a device, whose panics are caught, and lose the device.
    unreachable!("graphics are not there for devices in other processes")
}

/// The name of something, which is of this kind of device as all else of its device.
pub(super) fn id_of(thing: Option<&Thing>) -> Id {
    // Nothing has this name: who asks for it is told so.
    thing.map_or(0, |thing| thing.id)
}

pub(super) fn buffer_id(buffer: &wgpu::Buffer) -> Id {
    id_of(buffer.as_custom::<RemoteBuffer>().map(|buffer| &buffer.thing))
}

/// The same, as it is known to backends.
pub(super) fn dispatched_id(buffer: &DispatchBuffer) -> Id {
    id_of(buffer.as_custom::<RemoteBuffer>().map(|buffer| &buffer.thing))
}

impl Thing {
    pub(super) fn new(owner: Arc<Owner>, id: Id) -> Thing {
        Thing { owner, id, stack: 0, is_large: false }
    }

    pub(super) fn with_stack(self, stack: u64) -> Thing {
        let mut thing = self;
        thing.stack = stack;
        thing
    }

    pub(super) fn stack(&self) -> u64 {
        self.stack
    }

    pub(super) fn id(&self) -> Id {
        self.id
    }
}

impl Drop for Thing {
    fn drop(&mut self) {
        self.owner.put_dropped(self.id, self.is_large);
    }
}

impl BindGroupLayoutInterface for Thing {}
impl BindGroupInterface for Thing {}
impl PipelineLayoutInterface for Thing {}
impl CommandBufferInterface for Thing {}

impl QuerySetInterface for Thing {
    fn destroy(&self) {}
}

impl ComputePipelineInterface for Thing {
    fn get_bind_group_layout(&self, index: u32) -> DispatchBindGroupLayout {
        let id = self.owner.id();
        self.owner.put(&Op::LayoutOf { id, pipeline: self.id, index });
        DispatchBindGroupLayout::custom(Thing::new(self.owner.clone(), id))
    }
}

impl ShaderModuleInterface for Thing {
    fn get_compilation_info(&self) -> Pin<Box<dyn ShaderCompilationInfoFuture>> {
        let messages = match self.owner.ask(&Op::Messages { shader: self.id }, None) {
            Ok(Answer::Messages(messages)) => messages.into_iter().map(message).collect(),
            _ => Vec::new(),
        };
        Box::pin(ready(CompilationInfo { messages }))
    }
}

fn message(message: Message) -> CompilationMessage {
    let Message { text, severity, location } = message;
    CompilationMessage {
        message: text,
        message_type: match severity {
            Severity::Error => CompilationMessageType::Error,
            Severity::Warning => CompilationMessageType::Warning,
            Severity::Info => CompilationMessageType::Info,
        },
        location: location.map(|[line_number, line_position, offset, length]| SourceLocation {
            line_number,
            line_position,
            offset,
            length,
        }),
    }
}

impl RemoteBuffer {
    pub(super) fn new(thing: Thing, size: u64) -> RemoteBuffer {
        let mut thing = thing;
        thing.is_large = true;
        RemoteBuffer { thing, size, mapped: Slot::default(), start: 0.into() }
    }

    /// Whether it has such a part.
    pub(super) fn has(&self, offset: u64, length: u64) -> bool {
        offset.checked_add(length).is_some_and(|end| end <= self.size)
    }
}

impl BufferInterface for RemoteBuffer {
    fn map_async(&self, mode: MapMode, range: Range<u64>, callback: BufferMapCallback) {
        let length = range.end.checked_sub(range.start).filter(|length| self.has(range.start, *length));
        let length = length.filter(|_| mode == MapMode::Read).and_then(|length| usize::try_from(length).ok());
        let block = length.and_then(|length| self.thing.owner.block(length).ok());
        match block {
            Some(block) => {
                self.start.store(range.start, std::sync::atomic::Ordering::Release);
                self.thing.owner.read(self.thing.id, range.start, block, &self.mapped, callback);
            }
            None => callback(Err(BufferAsyncError)),
        }
    }

    fn get_mapped_range(&self, sub_range: Range<u64>) -> Result<DispatchBufferMappedRange, MapRangeError> {
        let block = self.mapped.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let start = self.start.load(std::sync::atomic::Ordering::Acquire);
        let at = sub_range.start.checked_sub(start).and_then(|at| usize::try_from(at).ok());
        let length =
            sub_range.end.checked_sub(sub_range.start).and_then(|length| usize::try_from(length).ok());
        let (at, length) = (at.unwrap_or(usize::MAX), length.unwrap_or_default());
        let has = |block: &Arc<Block>| at.checked_add(length).is_some_and(|end| end <= block.bytes().len());
        // wgpu itself refuses what is not mapped, after this; there is no error that could be given here.
        let block = block.filter(has);
        let length = if block.is_some() { length } else { 0 };
        Ok(DispatchBufferMappedRange::custom(Read { block, at, length }))
    }

    fn unmap(&self) {
        drop(self.mapped.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Its memory goes with it: destroying it would have to wait in the worker for who waits for the GPU.
    fn destroy(&self) {}
}

impl BufferMappedRangeInterface for Read {
    fn len(&self) -> usize {
        self.length
    }

    #[allow(unsafe_code, reason = "as wgpu has it, and to look at memory that another process has, too")]
    unsafe fn read_slice(&self) -> &[u8] {
        let Some(block) = &self.block else { return &[] };
        let Some(start) = NonNull::new(block.bytes().as_ptr().cast::<u8>()) else { return &[] };
        // SAFETY: the part lies within the block, as was looked at when this was made, and the block stays until this is
        // dropped. The worker wrote to it before it said so, and has no reason to do so again; one that does, as its driver
        // was taken over, changes bytes that are only ever copied from here, whatever they are.
        unsafe { std::slice::from_raw_parts(start.as_ptr().add(self.at), self.length) }
    }

    #[allow(unsafe_code, reason = "as wgpu has it")]
    unsafe fn write_slice(&mut self) -> WriteOnly<'_, [u8]> {
        // Nothing is mapped to be written.
        WriteOnly::from_mut(&mut [])
    }
}
