//! Queues of workers' devices.

use std::sync::{Arc, Mutex, PoisonError};

use wgpu::WriteOnly;
use wgpu::custom::*;

use super::objects::{RemoteBuffer, Thing, dispatched_id, no_graphics};
use super::process::Owner;
use super::shared_memory::Block;

/// The queue of a device in a process of its own.
#[derive(Debug)]
pub(super) struct RemoteQueue {
    owner: Arc<Owner>,
    /// What a tick of its timestamps takes, in nanoseconds.
    period: f32,
}

/// What is to be written to a buffer, until it is.
#[derive(Debug)]
struct Staged {
    block: Mutex<Option<Block>>,
    length: usize,
}

impl RemoteQueue {
    pub(super) fn new(owner: Arc<Owner>, period: f32) -> RemoteQueue {
        RemoteQueue { owner, period }
    }

    fn stage(&self, length: usize) -> Option<Staged> {
        let block = self.owner.block(length).ok()?;
        Some(Staged { block: Mutex::new(Some(block)), length })
    }

    fn send(&self, buffer: &DispatchBuffer, offset: u64, staged: &Staged) {
        if let Some(block) = staged.block.lock().unwrap_or_else(PoisonError::into_inner).take() {
            self.owner.write(dispatched_id(buffer), offset, block);
        }
    }
}

impl QueueInterface for RemoteQueue {
    fn write_buffer(&self, buffer: &DispatchBuffer, offset: u64, data: &[u8]) {
        if let Some(mut staged) = self.stage(data.len()) {
            staged.bytes().copy_from_slice(data);
            self.send(buffer, offset, &staged);
        }
    }

    fn create_staging_buffer(&self, size: wgpu::BufferSize) -> Option<DispatchQueueWriteBuffer> {
        let length = usize::try_from(size.get()).ok()?;
        self.stage(length).map(DispatchQueueWriteBuffer::custom)
    }

    /// All else that may be wrong with it is found when it is written.
    fn validate_write_buffer(
        &self,
        buffer: &DispatchBuffer,
        offset: u64,
        size: wgpu::BufferSize,
    ) -> Option<()> {
        buffer.as_custom::<RemoteBuffer>()?.has(offset, size.get()).then_some(())
    }

    fn write_staging_buffer(&self, buffer: &DispatchBuffer, offset: u64, staging: &DispatchQueueWriteBuffer) {
        if let Some(staged) = staging.as_custom::<Staged>() {
            self.send(buffer, offset, staged);
        }
    }

    fn write_texture(
        &self,
        _: wgpu::TexelCopyTextureInfo<'_>,
        _: &[u8],
        _: wgpu::TexelCopyBufferLayout,
        _: wgpu::Extent3d,
    ) {
        no_graphics()
    }

    fn submit(&self, command_buffers: &mut dyn Iterator<Item = DispatchCommandBuffer>) -> u64 {
        let buffers: Vec<DispatchCommandBuffer> = command_buffers.collect();
        let commands =
            buffers.iter().filter_map(|buffer| buffer.as_custom::<Thing>()).map(Thing::id).collect();
        self.owner.submit(commands)
    }

    fn get_timestamp_period(&self) -> f32 {
        self.period
    }

    fn on_submitted_work_done(&self, callback: BoxSubmittedWorkDoneCallback) {
        self.owner.when_done(callback);
    }

    fn compact_blas(&self, _: &DispatchBlas) -> (Option<u64>, DispatchBlas) {
        no_graphics()
    }

    fn present(&self, _: &DispatchSurfaceOutputDetail) {
        no_graphics()
    }
}

impl Staged {
    /// Where it is put.
    fn bytes(&mut self) -> WriteOnly<'_, [u8]> {
        let block = self.block.get_mut().unwrap_or_else(PoisonError::into_inner).as_ref();
        match block {
            #[allow(
                unsafe_code,
                reason = "memory that another process has, too, is only written to by its address"
            )]
            // SAFETY: the block is this one's own until it is sent, which takes it away, and nobody else looks at it
            // here: for as long as what this gives lives, as this is borrowed.
            Some(block) => unsafe { WriteOnly::new(block.bytes()) },
            None => WriteOnly::from_mut(&mut []),
        }
    }
}

impl QueueWriteBufferInterface for Staged {
    fn len(&self) -> usize {
        self.length
    }

    #[allow(unsafe_code, reason = "as wgpu has it")]
    unsafe fn write_slice(&mut self) -> WriteOnly<'_, [u8]> {
        self.bytes()
    }
}
