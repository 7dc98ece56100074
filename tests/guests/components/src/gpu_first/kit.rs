//! What most cases need.

use crate::bindings::*;

/// A device, with what it is asked for.
pub struct Kit {
    pub adapter: GpuAdapter,
    pub device: GpuDevice,
    pub queue: GpuQueue,
}

// The numbers that the text has functions for; a case compares them.
pub const MAP_READ: u32 = 0x1;
pub const MAP_WRITE: u32 = 0x2;
pub const COPY_SRC: u32 = 0x4;
pub const COPY_DST: u32 = 0x8;
pub const STORAGE: u32 = 0x80;
pub const INDIRECT: u32 = 0x100;
pub const QUERY_RESOLVE: u32 = 0x200;
pub const READ: u32 = 0x1;
pub const WRITE: u32 = 0x2;
pub const COMPUTE: u32 = 0x4;

pub const MULTIPLY_ADD: &str = "
@group(0) @binding(0) var<storage, read_write> y: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x < arrayLength(&y) { y[id.x] = 3u * x[id.x] + y[id.x]; }
}";

impl Kit {
    pub fn new() -> Kit {
        Kit::with(None, None)
    }

    pub fn with(features: Option<Vec<GpuFeatureName>>, limits: Option<RecordOptionGpuSize64>) -> Kit {
        let adapter = get_gpu().request_adapter(None).expect("there is an adapter");
        let descriptor = GpuDeviceDescriptor {
            required_features: features,
            required_limits: limits,
            default_queue: None,
            label: Some("the device".to_owned()),
        };
        let device = adapter.request_device(Some(descriptor)).expect("there is a device");
        let queue = device.queue();
        Kit { adapter, device, queue }
    }

    pub fn buffer(&self, size: u64, usage: u32) -> GpuBuffer {
        self.device.create_buffer(&GpuBufferDescriptor { size, usage, mapped_at_creation: None, label: None })
    }

    /// A buffer for storage, and both kinds of copies.
    pub fn storage(&self, numbers: &[u32]) -> GpuBuffer {
        let usage = STORAGE | COPY_SRC | COPY_DST;
        let buffer = self.buffer(numbers.len() as u64 * 4, usage);
        self.write(&buffer, 0, numbers);
        buffer
    }

    pub fn write(&self, buffer: &GpuBuffer, offset: u64, numbers: &[u32]) {
        let written = self.queue.write_buffer_with_copy(buffer, offset, &bytes(numbers), None, None);
        written.expect("it is written");
    }

    pub fn shader(&self, code: &str) -> GpuShaderModule {
        self.device.create_shader_module(&GpuShaderModuleDescriptor {
            code: code.to_owned(),
            compilation_hints: None,
            label: None,
        })
    }

    pub fn pipeline(&self, module: &GpuShaderModule) -> GpuComputePipeline {
        self.device.create_compute_pipeline(program(module, None))
    }

    /// Binds whole buffers in order, to what a pipeline has for its first group.
    pub fn group(&self, pipeline: &GpuComputePipeline, buffers: &[&GpuBuffer]) -> GpuBindGroup {
        let layout = pipeline.get_bind_group_layout(0);
        let entries = buffers
            .iter()
            .enumerate()
            .map(|(binding, buffer)| GpuBindGroupEntry { binding: binding as u32, resource: whole(buffer) });
        let entries = entries.collect();
        self.device.create_bind_group(&GpuBindGroupDescriptor { layout: &layout, entries, label: None })
    }

    /// Dispatches once.
    pub fn dispatch(&self, pipeline: &GpuComputePipeline, group: &GpuBindGroup, groups: u32) {
        let encoder = self.device.create_command_encoder(None);
        let pass = encoder.begin_compute_pass(None);
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, Some(group), None, None, None).expect("it is bound");
        pass.dispatch_workgroups(groups, None, None);
        pass.end();
        self.submit(&encoder);
    }

    pub fn submit(&self, encoder: &GpuCommandEncoder) {
        let commands = encoder.finish(None);
        self.queue.submit(&[&commands]);
    }

    /// What a buffer has, by one that is mapped.
    pub fn read(&self, buffer: &GpuBuffer) -> Vec<u32> {
        let size = buffer.size();
        let staging = self.buffer(size, MAP_READ | COPY_DST);
        let encoder = self.device.create_command_encoder(None);
        encoder.copy_buffer_to_buffer(buffer, 0, &staging, 0, size);
        self.submit(&encoder);
        staging.map_async(READ, None, None).expect("it is mapped");
        let read = staging.get_mapped_range_get_with_copy(None, None).expect("it is read");
        staging.unmap().expect("it is unmapped");
        numbers(&read)
    }

    /// What goes wrong while something is done.
    pub fn caught<R>(&self, filter: GpuErrorFilter, act: impl FnOnce() -> R) -> (R, Option<GpuError>) {
        self.device.push_error_scope(filter);
        let result = act();
        let error = self.device.pop_error_scope().expect("a scope is open");
        (result, error)
    }

    /// What has to go wrong does, as a fault of the guest's, with a text that has this.
    pub fn refused<R>(&self, text: &str, act: impl FnOnce() -> R) -> R {
        let (result, error) = self.caught(GpuErrorFilter::Validation, act);
        let message = error.expect(text).message();
        assert!(message.contains(text), "{message}");
        result
    }

    /// What has to go well does.
    pub fn well<R>(&self, act: impl FnOnce() -> R) -> R {
        let (result, error) = self.caught(GpuErrorFilter::Validation, act);
        if let Some(error) = error {
            panic!("{}", error.message());
        }
        result
    }
}

pub fn whole(buffer: &GpuBuffer) -> GpuBindingResource<'_> {
    part(buffer, 0, None)
}

pub fn part(buffer: &GpuBuffer, offset: u64, size: Option<u64>) -> GpuBindingResource<'_> {
    GpuBindingResource::GpuBufferBinding(GpuBufferBinding { buffer, offset: Some(offset), size })
}

pub fn program<'a>(
    module: &'a GpuShaderModule,
    constants: Option<RecordGpuPipelineConstantValue>,
) -> GpuComputePipelineDescriptor<'a> {
    GpuComputePipelineDescriptor {
        compute: GpuProgrammableStage { module, entry_point: None, constants },
        layout: GpuLayoutMode::Auto,
        label: None,
    }
}

pub fn bytes(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

pub fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap())).collect()
}
