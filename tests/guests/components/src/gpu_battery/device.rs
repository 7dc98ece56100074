//! What a device does.

use gpu_battery::{Bound, Fault, Filter, Limit, Mapping, Program, Said, Slot, Stamps};

use crate::bindings::*;
use crate::{entries, Device};

impl gpu_battery::Device for Device {
    type Buffer = GpuBuffer;
    type Shader = GpuShaderModule;
    type Layout = GpuBindGroupLayout;
    type PipelineLayout = GpuPipelineLayout;
    type Group = GpuBindGroup;
    type Pipeline = GpuComputePipeline;
    /// None where the device has none.
    type Queries = Option<GpuQuerySet>;
    type Encoder = GpuCommandEncoder;
    type Pass = GpuComputePassEncoder;

    fn limit(&self, limit: Limit) -> u64 {
        let limits = self.device.limits();
        match limit {
            Limit::BufferSize => limits.max_buffer_size(),
            Limit::BindGroups => limits.max_bind_groups().into(),
            Limit::StorageAlignment => limits.min_storage_buffer_offset_alignment().into(),
            Limit::UniformAlignment => limits.min_uniform_buffer_offset_alignment().into(),
            Limit::WorkgroupStorage => limits.max_compute_workgroup_storage_size().into(),
            Limit::Invocations => limits.max_compute_invocations_per_workgroup().into(),
            Limit::Workgroups => limits.max_compute_workgroups_per_dimension().into(),
            Limit::DynamicStorage => limits.max_dynamic_storage_buffers_per_pipeline_layout().into(),
            Limit::Bindings => limits.max_bindings_per_bind_group().into(),
            Limit::Immediates => limits.max_immediate_size().into(),
        }
    }

    fn buffer(&self, size: u64, usage: u32) -> GpuBuffer {
        self.make_buffer(size, usage, false)
    }

    fn write(&self, buffer: &GpuBuffer, offset: u64, bytes: &[u8]) {
        if self.queue.write_buffer_with_copy(buffer, offset, bytes, None, None).is_err() {
            self.scopes.note();
        }
    }

    async fn read(&self, buffer: &GpuBuffer, offset: u64, length: u64) -> Vec<u8> {
        let target =
            self.make_buffer(length, gpu_battery::usage::MAP_READ | gpu_battery::usage::COPY_DST, false);
        let encoder = self.device.create_command_encoder(None);
        encoder.copy_buffer_to_buffer(buffer, Some(offset), &target, None, Some(length));
        self.queue.submit(&[&encoder.finish(None)]);
        target.map_async(GpuMapMode::READ, None, None).await.expect("what was copied is mapped");
        target.get_mapped_range_get_with_copy(None, None).expect("it is mapped")
    }

    fn shader(&self, text: &str) -> GpuShaderModule {
        let code = text.to_owned();
        let descriptor = GpuShaderModuleDescriptor { code, compilation_hints: None, label: None };
        self.device.create_shader_module(&descriptor)
    }

    fn layout(&self, slots: &[Slot]) -> GpuBindGroupLayout {
        let entries = slots.iter().map(entries::slot).collect();
        self.device.create_bind_group_layout(&GpuBindGroupLayoutDescriptor { entries, label: None })
    }

    fn pipeline_layout(&self, layouts: &[Option<&GpuBindGroupLayout>], immediates: u32) -> GpuPipelineLayout {
        self.device.create_pipeline_layout(&GpuPipelineLayoutDescriptor {
            bind_group_layouts: layouts.to_vec(),
            immediate_size: Some(immediates),
            label: None,
        })
    }

    fn pipeline(&self, program: Program<'_, Self>) -> GpuComputePipeline {
        let constants = RecordGpuPipelineConstantValue::new();
        program.constants.iter().for_each(|(name, value)| constants.add(name, *value));
        self.device.create_compute_pipeline(GpuComputePipelineDescriptor {
            compute: GpuProgrammableStage {
                module: program.shader,
                entry_point: program.entry.map(str::to_owned),
                constants: Some(constants),
            },
            layout: program.layout.map_or(GpuLayoutMode::Auto, GpuLayoutMode::Specific),
            label: None,
        })
    }

    fn layout_of(&self, pipeline: &GpuComputePipeline, index: u32) -> GpuBindGroupLayout {
        pipeline.get_bind_group_layout(index)
    }

    fn group(&self, layout: &GpuBindGroupLayout, bound: &[Bound<'_, GpuBuffer>]) -> GpuBindGroup {
        let entries = bound.iter().map(entries::bound).collect();
        self.device.create_bind_group(&GpuBindGroupDescriptor { layout, entries, label: None })
    }

    fn queries(&self, count: u32) -> Option<GpuQuerySet> {
        let descriptor = GpuQuerySetDescriptor { type_: GpuQueryType::Timestamp, count, label: None };
        self.device.create_query_set(&descriptor).map_err(|_| self.scopes.note()).ok()
    }

    fn encoder(&self) -> GpuCommandEncoder {
        self.device.create_command_encoder(None)
    }

    fn copy(
        &self,
        encoder: &mut GpuCommandEncoder,
        source: (&GpuBuffer, u64),
        target: (&GpuBuffer, u64),
        size: u64,
    ) {
        encoder.copy_buffer_to_buffer(source.0, Some(source.1), target.0, Some(target.1), Some(size));
    }

    fn clear(&self, encoder: &mut GpuCommandEncoder, buffer: &GpuBuffer, offset: u64, size: u64) {
        encoder.clear_buffer(buffer, Some(offset), Some(size));
    }

    fn resolve(
        &self,
        encoder: &mut GpuCommandEncoder,
        queries: &Option<GpuQuerySet>,
        (first, count): (u32, u32),
        target: (&GpuBuffer, u64),
    ) {
        let queries = queries.as_ref().expect("the device has queries");
        encoder.resolve_query_set(queries, first, count, target.0, target.1);
    }

    fn begin(
        &self,
        encoder: &mut GpuCommandEncoder,
        stamps: Option<Stamps<'_, Option<GpuQuerySet>>>,
    ) -> GpuComputePassEncoder {
        let timestamp_writes = stamps.map(|stamps| GpuComputePassTimestampWrites {
            query_set: stamps.set.as_ref().expect("the device has queries"),
            beginning_of_pass_write_index: stamps.begin,
            end_of_pass_write_index: stamps.end,
        });
        encoder.begin_compute_pass(Some(&GpuComputePassDescriptor { timestamp_writes, label: None }))
    }

    fn set_pipeline(&self, pass: &mut GpuComputePassEncoder, pipeline: &GpuComputePipeline) {
        pass.set_pipeline(pipeline);
    }

    fn bind(&self, pass: &mut GpuComputePassEncoder, index: u32, group: &GpuBindGroup, offsets: &[u32]) {
        if pass.set_bind_group(index, Some(group), Some(offsets), None, None).is_err() {
            self.scopes.note();
        }
    }

    fn set_immediates(&self, pass: &mut GpuComputePassEncoder, offset: u32, bytes: &[u8]) {
        pass.set_immediates(offset, bytes, None, None);
    }

    fn dispatch(&self, pass: &mut GpuComputePassEncoder, [x, y, z]: [u32; 3]) {
        pass.dispatch_workgroups(x, Some(y), Some(z));
    }

    fn dispatch_indirect(&self, pass: &mut GpuComputePassEncoder, buffer: &GpuBuffer, offset: u64) {
        pass.dispatch_workgroups_indirect(buffer, offset);
    }

    fn end(&self, pass: GpuComputePassEncoder) {
        pass.end();
    }

    fn submit(&self, encoders: Vec<GpuCommandEncoder>) {
        let commands: Vec<_> = encoders.iter().map(|encoder| encoder.finish(None)).collect();
        self.queue.submit(&commands.iter().collect::<Vec<_>>());
    }

    async fn done(&self) {
        self.queue.on_submitted_work_done().await;
    }

    fn push(&self, filter: Filter) {
        self.scopes.push(filter);
        self.device.push_error_scope(entries::filter(filter));
    }

    async fn pop(&self) -> Option<Fault> {
        let caught = self.device.pop_error_scope().await.expect("a scope is open");
        self.scopes.pop(caught.as_ref().map(entries::fault))
    }

    fn buffer_mapped(&self, size: u64, usage: u32) -> GpuBuffer {
        self.make_buffer(size, usage, true)
    }

    async fn map(&self, buffer: &GpuBuffer, mapping: Mapping, offset: u64, size: u64) -> bool {
        let mode = match mapping {
            Mapping::Read => GpuMapMode::READ,
            Mapping::Write => GpuMapMode::WRITE,
        };
        buffer.map_async(mode, Some(offset), Some(size)).await.is_ok()
    }

    fn mapped(&self, buffer: &GpuBuffer, offset: u64, size: u64) -> Option<Vec<u8>> {
        buffer.get_mapped_range_get_with_copy(Some(offset), Some(size)).ok()
    }

    fn put(&self, buffer: &GpuBuffer, offset: u64, bytes: &[u8]) {
        buffer.get_mapped_range_set_with_copy(bytes, Some(offset), None).expect("it is mapped");
    }

    fn unmap(&self, buffer: &GpuBuffer) {
        buffer.unmap().expect("it is unmapped");
    }

    fn destroy_buffer(&self, buffer: &GpuBuffer) {
        buffer.destroy();
    }

    fn open_group(&self, encoder: &mut GpuCommandEncoder) {
        encoder.push_debug_group("a group");
    }

    fn close_group(&self, encoder: &mut GpuCommandEncoder) {
        encoder.pop_debug_group();
    }

    fn open_group_within(&self, pass: &mut GpuComputePassEncoder) {
        pass.push_debug_group("a group");
    }

    fn close_group_within(&self, pass: &mut GpuComputePassEncoder) {
        pass.pop_debug_group();
    }

    async fn said(&self, shader: &GpuShaderModule) -> Said {
        let messages = shader.get_compilation_info().await.messages();
        let first = messages.first()?;
        Some((first.line_num(), first.line_pos(), first.offset(), first.length()))
    }

    async fn destroy(&self) -> bool {
        self.device.destroy();
        matches!(self.device.lost().await.reason(), GpuDeviceLostReason::Destroyed)
    }

    async fn uncaught(&self, count: usize) -> Vec<Fault> {
        let mut all = Vec::new();
        let mut errors = self.device.on_uncaptured_error();
        while all.len() < count {
            let Some(error) = errors.next().await else { break };
            all.push(entries::fault(&error));
        }
        all
    }
}

impl Device {
    fn make_buffer(&self, size: u64, usage: u32, is_mapped: bool) -> GpuBuffer {
        self.device.create_buffer(&GpuBufferDescriptor {
            size,
            // The bits are those of WebGPU.
            usage: GpuBufferUsage::from_bits_retain(usage as _),
            mapped_at_creation: Some(is_mapped),
            label: None,
        })
    }
}
