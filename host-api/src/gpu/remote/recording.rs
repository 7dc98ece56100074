//! Commands for workers' devices: kept until they are complete, and sent together.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use wgpu::custom::*;

use super::objects::{Thing, dispatched_id, id_of, no_graphics};
use super::process::Owner;
use super::wire::{Op, Record};

/// What was recorded so far.
type Records = Arc<Mutex<Vec<Record>>>;

/// What records commands.
#[derive(Debug)]
pub(super) struct RemoteEncoder {
    owner: Arc<Owner>,
    records: Records,
}

/// What records those of a pass.
#[derive(Debug)]
struct RemotePass {
    records: Records,
}

fn record(records: &Records, record: Record) {
    records.lock().unwrap_or_else(PoisonError::into_inner).push(record);
}

impl RemoteEncoder {
    pub(super) fn new(owner: Arc<Owner>) -> RemoteEncoder {
        RemoteEncoder { owner, records: Records::default() }
    }
}

impl CommandEncoderInterface for RemoteEncoder {
    fn copy_buffer_to_buffer(
        &self,
        source: &DispatchBuffer,
        source_offset: u64,
        destination: &DispatchBuffer,
        target_offset: u64,
        size: Option<u64>,
    ) {
        let (source, target) = (dispatched_id(source), dispatched_id(destination));
        record(&self.records, Record::Copy { source, source_offset, target, target_offset, size });
    }

    fn copy_buffer_to_texture(
        &self,
        _: wgpu::TexelCopyBufferInfo<'_>,
        _: wgpu::TexelCopyTextureInfo<'_>,
        _: wgpu::Extent3d,
    ) {
        no_graphics()
    }

    fn copy_texture_to_buffer(
        &self,
        _: wgpu::TexelCopyTextureInfo<'_>,
        _: wgpu::TexelCopyBufferInfo<'_>,
        _: wgpu::Extent3d,
    ) {
        no_graphics()
    }

    fn copy_texture_to_texture(
        &self,
        _: wgpu::TexelCopyTextureInfo<'_>,
        _: wgpu::TexelCopyTextureInfo<'_>,
        _: wgpu::Extent3d,
    ) {
        no_graphics()
    }

    fn begin_compute_pass(&self, desc: &wgpu::ComputePassDescriptor<'_>) -> DispatchComputePass {
        let stamps = desc.timestamp_writes.as_ref().map(|writes| {
            let set = id_of(writes.query_set.as_custom::<Thing>());
            (set, writes.beginning_of_pass_write_index, writes.end_of_pass_write_index)
        });
        record(&self.records, Record::Begin(stamps));
        DispatchComputePass::custom(RemotePass { records: self.records.clone() })
    }

    fn begin_render_pass(&self, _: &wgpu::RenderPassDescriptor<'_>) -> DispatchRenderPass {
        no_graphics()
    }

    fn finish(&mut self) -> DispatchCommandBuffer {
        let records = mem::take(&mut *self.records.lock().unwrap_or_else(PoisonError::into_inner));
        let id = self.owner.id();
        self.owner.put(&Op::Commands { id, records });
        DispatchCommandBuffer::custom(Thing::new(self.owner.clone(), id))
    }

    fn clear_texture(&self, _: &DispatchTexture, _: &wgpu::ImageSubresourceRange) {
        no_graphics()
    }

    fn clear_buffer(&self, buffer: &DispatchBuffer, offset: u64, size: Option<u64>) {
        record(&self.records, Record::Clear { buffer: dispatched_id(buffer), offset, size });
    }

    // Nobody looks at what a worker's driver does by way of a debugger.
    fn insert_debug_marker(&self, _: &str) {}
    fn push_debug_group(&self, _: &str) {}
    fn pop_debug_group(&self) {}

    fn write_timestamp(&self, _: &DispatchQuerySet, _: u32) {
        no_graphics()
    }

    fn resolve_query_set(
        &self,
        query_set: &DispatchQuerySet,
        first: u32,
        count: u32,
        destination: &DispatchBuffer,
        offset: u64,
    ) {
        let (set, buffer) = (id_of(query_set.as_custom::<Thing>()), dispatched_id(destination));
        record(&self.records, Record::Resolve { set, first, count, buffer, offset });
    }

    fn mark_acceleration_structures_built<'a>(
        &self,
        _: &mut dyn Iterator<Item = &'a wgpu::Blas>,
        _: &mut dyn Iterator<Item = &'a wgpu::Tlas>,
    ) {
        no_graphics()
    }

    fn build_acceleration_structures<'a>(
        &self,
        _: &mut dyn Iterator<Item = &'a wgpu::BlasBuildEntry<'a>>,
        _: &mut dyn Iterator<Item = &'a wgpu::Tlas>,
    ) {
        no_graphics()
    }

    fn transition_resources<'a>(
        &mut self,
        _: &mut dyn Iterator<Item = wgpu::wgt::BufferTransition<&'a DispatchBuffer>>,
        _: &mut dyn Iterator<Item = wgpu::wgt::TextureTransition<&'a DispatchTexture>>,
    ) {
        no_graphics()
    }
}

impl ComputePassInterface for RemotePass {
    fn set_pipeline(&mut self, pipeline: &DispatchComputePipeline) {
        record(&self.records, Record::Pipeline(id_of(pipeline.as_custom::<Thing>())));
    }

    fn set_bind_group(&mut self, index: u32, group: Option<&DispatchBindGroup>, offsets: &[u32]) {
        let group = group.map(|group| id_of(group.as_custom::<Thing>()));
        record(&self.records, Record::Bind { index, group, offsets: offsets.to_vec() });
    }

    fn set_immediates(&mut self, offset: u32, data: &[u8]) {
        record(&self.records, Record::Immediates { offset, data: data.to_vec() });
    }

    fn insert_debug_marker(&mut self, _: &str) {}
    fn push_debug_group(&mut self, _: &str) {}
    fn pop_debug_group(&mut self) {}

    fn write_timestamp(&mut self, _: &DispatchQuerySet, _: u32) {
        no_graphics()
    }

    fn begin_pipeline_statistics_query(&mut self, _: &DispatchQuerySet, _: u32) {
        no_graphics()
    }

    fn end_pipeline_statistics_query(&mut self) {
        no_graphics()
    }

    fn dispatch_workgroups(&mut self, x: u32, y: u32, z: u32) {
        record(&self.records, Record::Dispatch([x, y, z]));
    }

    fn dispatch_workgroups_indirect(&mut self, buffer: &DispatchBuffer, offset: u64) {
        record(&self.records, Record::Indirect { buffer: dispatched_id(buffer), offset });
    }

    fn transition_resources<'a>(
        &mut self,
        _: &mut dyn Iterator<Item = wgpu::wgt::BufferTransition<&'a DispatchBuffer>>,
        _: &mut dyn Iterator<Item = wgpu::wgt::TextureTransition<&'a DispatchTextureView>>,
    ) {
        no_graphics()
    }
}

impl Drop for RemotePass {
    fn drop(&mut self) {
        record(&self.records, Record::End);
    }
}
