//! What a device makes.

use std::num::NonZeroU64;
use std::sync::atomic::Ordering;

use gpu_battery::{Bound, Fault, Filter, Kind, Limit, Mapping, Program, Said, Slot, Stamps};
use wgpu::{BufferBindingType, BufferUsages, ErrorFilter};

use super::{Device, fault};

impl gpu_battery::Device for Device {
    type Buffer = wgpu::Buffer;
    type Shader = wgpu::ShaderModule;
    type Layout = wgpu::BindGroupLayout;
    type PipelineLayout = wgpu::PipelineLayout;
    type Group = wgpu::BindGroup;
    type Pipeline = wgpu::ComputePipeline;
    type Queries = wgpu::QuerySet;
    type Encoder = wgpu::CommandEncoder;
    type Pass = wgpu::ComputePass<'static>;

    fn limit(&self, limit: Limit) -> u64 {
        let limits = self.device.limits();
        match limit {
            Limit::BufferSize => limits.max_buffer_size,
            Limit::BindGroups => limits.max_bind_groups.into(),
            Limit::StorageAlignment => limits.min_storage_buffer_offset_alignment.into(),
            Limit::UniformAlignment => limits.min_uniform_buffer_offset_alignment.into(),
            Limit::WorkgroupStorage => limits.max_compute_workgroup_storage_size.into(),
            Limit::Invocations => limits.max_compute_invocations_per_workgroup.into(),
            Limit::Workgroups => limits.max_compute_workgroups_per_dimension.into(),
            Limit::DynamicStorage => limits.max_dynamic_storage_buffers_per_pipeline_layout.into(),
            Limit::Bindings => limits.max_bindings_per_bind_group.into(),
            Limit::Immediates => limits.max_immediate_size.into(),
        }
    }

    fn buffer(&self, size: u64, usage: u32) -> wgpu::Buffer {
        self.make_buffer(size, usage, false)
    }

    fn write(&self, buffer: &wgpu::Buffer, offset: u64, bytes: &[u8]) {
        self.queue.write_buffer(buffer, offset, bytes);
    }

    async fn read(&self, buffer: &wgpu::Buffer, offset: u64, length: u64) -> Vec<u8> {
        self.copied(buffer, offset, length)
    }

    fn shader(&self, text: &str) -> wgpu::ShaderModule {
        let source = wgpu::ShaderSource::Wgsl(text.into());
        self.device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source })
    }

    fn layout(&self, slots: &[Slot]) -> wgpu::BindGroupLayout {
        let entries: Vec<_> = slots.iter().map(entry).collect();
        self.device
            .create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries })
    }

    fn pipeline_layout(
        &self,
        layouts: &[Option<&wgpu::BindGroupLayout>],
        immediate_size: u32,
    ) -> wgpu::PipelineLayout {
        let descriptor =
            wgpu::PipelineLayoutDescriptor { label: None, bind_group_layouts: layouts, immediate_size };
        self.device.create_pipeline_layout(&descriptor)
    }

    fn pipeline(&self, program: Program<'_, Self>) -> wgpu::ComputePipeline {
        let constants = program.constants;
        self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: program.layout,
            module: program.shader,
            entry_point: program.entry,
            compilation_options: wgpu::PipelineCompilationOptions { constants, ..Default::default() },
            cache: None,
        })
    }

    fn layout_of(&self, pipeline: &wgpu::ComputePipeline, index: u32) -> wgpu::BindGroupLayout {
        pipeline.get_bind_group_layout(index)
    }

    fn group(&self, layout: &wgpu::BindGroupLayout, bound: &[Bound<'_, wgpu::Buffer>]) -> wgpu::BindGroup {
        let entries: Vec<_> = bound.iter().map(part).collect();
        self.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout, entries: &entries })
    }

    fn queries(&self, count: u32) -> wgpu::QuerySet {
        let ty = wgpu::QueryType::Timestamp;
        self.device.create_query_set(&wgpu::QuerySetDescriptor { label: None, ty, count })
    }

    fn encoder(&self) -> wgpu::CommandEncoder {
        self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default())
    }

    fn copy(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        source: (&wgpu::Buffer, u64),
        target: (&wgpu::Buffer, u64),
        size: u64,
    ) {
        encoder.copy_buffer_to_buffer(source.0, source.1, target.0, target.1, size);
    }

    fn clear(&self, encoder: &mut wgpu::CommandEncoder, buffer: &wgpu::Buffer, offset: u64, size: u64) {
        encoder.clear_buffer(buffer, offset, Some(size));
    }

    fn resolve(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        queries: &wgpu::QuerySet,
        part: (u32, u32),
        target: (&wgpu::Buffer, u64),
    ) {
        encoder.resolve_query_set(queries, part.0..part.0 + part.1, target.0, target.1);
    }

    fn begin(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        stamps: Option<Stamps<'_, wgpu::QuerySet>>,
    ) -> wgpu::ComputePass<'static> {
        let timestamp_writes = stamps.map(|stamps| wgpu::ComputePassTimestampWrites {
            query_set: stamps.set,
            beginning_of_pass_write_index: stamps.begin,
            end_of_pass_write_index: stamps.end,
        });
        encoder
            .begin_compute_pass(&wgpu::ComputePassDescriptor { label: None, timestamp_writes })
            .forget_lifetime()
    }

    fn set_pipeline(&self, pass: &mut wgpu::ComputePass<'static>, pipeline: &wgpu::ComputePipeline) {
        pass.set_pipeline(pipeline);
    }

    fn bind(
        &self,
        pass: &mut wgpu::ComputePass<'static>,
        index: u32,
        group: &wgpu::BindGroup,
        offsets: &[u32],
    ) {
        pass.set_bind_group(index, group, offsets);
    }

    fn set_immediates(&self, pass: &mut wgpu::ComputePass<'static>, offset: u32, bytes: &[u8]) {
        pass.set_immediates(offset, bytes);
    }

    fn dispatch(&self, pass: &mut wgpu::ComputePass<'static>, [x, y, z]: [u32; 3]) {
        pass.dispatch_workgroups(x, y, z);
    }

    fn dispatch_indirect(&self, pass: &mut wgpu::ComputePass<'static>, buffer: &wgpu::Buffer, offset: u64) {
        pass.dispatch_workgroups_indirect(buffer, offset);
    }

    fn end(&self, pass: wgpu::ComputePass<'static>) {
        drop(pass);
    }

    fn submit(&self, encoders: Vec<wgpu::CommandEncoder>) {
        let finished: Vec<_> = encoders.into_iter().map(wgpu::CommandEncoder::finish).collect();
        self.queue.submit(finished);
    }

    async fn done(&self) {
        self.finish_all();
    }

    fn push(&self, filter: Filter) {
        let filter = match filter {
            Fault::Validation => ErrorFilter::Validation,
            Fault::OutOfMemory => ErrorFilter::OutOfMemory,
            Fault::Internal => ErrorFilter::Internal,
        };
        self.scopes.borrow_mut().push(self.device.push_error_scope(filter));
    }

    async fn pop(&self) -> Option<Fault> {
        let scope = self.scopes.borrow_mut().pop().expect("a scope is open");
        scope.pop().await.map(fault)
    }

    fn buffer_mapped(&self, size: u64, usage: u32) -> wgpu::Buffer {
        self.make_buffer(size, usage, true)
    }

    async fn map(&self, buffer: &wgpu::Buffer, mapping: Mapping, offset: u64, size: u64) -> bool {
        self.map_now(buffer, mapping, offset, size)
    }

    fn mapped(&self, buffer: &wgpu::Buffer, offset: u64, size: u64) -> Option<Vec<u8>> {
        buffer.get_mapped_range(offset..offset + size).ok().map(|view| view.to_vec())
    }

    fn put(&self, buffer: &wgpu::Buffer, offset: u64, bytes: &[u8]) {
        let mut view =
            buffer.get_mapped_range_mut(offset..offset + bytes.len() as u64).expect("it is mapped");
        view.copy_from_slice(bytes);
    }

    fn unmap(&self, buffer: &wgpu::Buffer) {
        buffer.unmap();
    }

    fn destroy_buffer(&self, buffer: &wgpu::Buffer) {
        buffer.destroy();
    }

    fn open_group(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.push_debug_group("a group");
    }

    fn close_group(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.pop_debug_group();
    }

    fn open_group_within(&self, pass: &mut wgpu::ComputePass<'static>) {
        pass.push_debug_group("a group");
    }

    fn close_group_within(&self, pass: &mut wgpu::ComputePass<'static>) {
        pass.pop_debug_group();
    }

    async fn said(&self, shader: &wgpu::ShaderModule) -> Said {
        let place = shader.get_compilation_info().await.messages.first()?.location?;
        let [line, at, offset, length] =
            [place.line_number, place.line_position, place.offset, place.length].map(u64::from);
        Some((line, at, offset, length))
    }

    async fn destroy(&self) -> bool {
        self.device.destroy();
        self.finish_all();
        self.is_destroyed.load(Ordering::Relaxed)
    }

    async fn uncaught(&self, _: usize) -> Vec<Fault> {
        self.uncaught.lock().unwrap().clone()
    }
}

fn entry(slot: &Slot) -> wgpu::BindGroupLayoutEntry {
    let ty = match slot.kind {
        Kind::Uniform => BufferBindingType::Uniform,
        Kind::Storage => BufferBindingType::Storage { read_only: false },
        Kind::ReadOnly => BufferBindingType::Storage { read_only: true },
    };
    wgpu::BindGroupLayoutEntry {
        binding: slot.binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty,
            has_dynamic_offset: slot.dynamic,
            min_binding_size: NonZeroU64::new(slot.least),
        },
        count: None,
    }
}

fn part<'a>(bound: &Bound<'a, wgpu::Buffer>) -> wgpu::BindGroupEntry<'a> {
    let size = bound.size.map(|size| NonZeroU64::new(size).expect("no case binds nothing"));
    let resource = wgpu::BufferBinding { buffer: bound.buffer, offset: bound.offset, size };
    wgpu::BindGroupEntry { binding: bound.binding, resource: wgpu::BindingResource::Buffer(resource) }
}

impl Device {
    fn make_buffer(&self, size: u64, usage: u32, mapped_at_creation: bool) -> wgpu::Buffer {
        let usage = BufferUsages::from_bits_retain(usage);
        self.device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation })
    }
}
