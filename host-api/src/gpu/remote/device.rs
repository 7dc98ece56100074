//! Adapters and devices of workers.

use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

use wgpu::custom::*;
use wgpu::{
    AdapterInfo, Backends, BindingResource, DeviceDescriptor, DownlevelCapabilities, ErrorFilter, Features,
    Limits, PollStatus, RequestDeviceError, ShaderSource, TextureFormat,
};

use super::objects::{Thing, id_of, no_graphics};
use super::process::{self, Owner};
use super::queue::RemoteQueue;
use super::recording::RemoteEncoder;
use super::wire::{AdapterFacts, Answer, Binding, Op, Source};
use super::{PATIENCE, link::Link};
use crate::gpu::compile;
use crate::gpu::isolation::Program;

/// An adapter whose driver is loaded by other processes.
#[derive(Debug)]
pub(in crate::gpu) struct RemoteAdapter {
    backends: Backends,
    /// Its place among all.
    index: usize,
    facts: AdapterFacts,
    program: Program,
    /// What the thread of a device has, in bytes.
    stack: usize,
}

/// A device in a process of its own.
#[derive(Debug)]
pub(in crate::gpu) struct RemoteDevice {
    owner: Arc<Owner>,
    features: Features,
    limits: Limits,
    info: AdapterInfo,
}

impl RemoteAdapter {
    pub(super) fn new(
        backends: Backends,
        index: usize,
        facts: AdapterFacts,
        program: Program,
        stack: usize,
    ) -> RemoteAdapter {
        RemoteAdapter { backends, index, facts, program, stack }
    }

    fn open(&self, descriptor: &DeviceDescriptor<'_>) -> Result<(RemoteDevice, RemoteQueue), String> {
        let owner = Arc::new(process::start(&self.program, self.stack)?);
        let (features, limits) = (descriptor.required_features, descriptor.required_limits.clone());
        let op = Op::Open {
            backends: self.backends.bits(),
            index: self.index,
            info: Box::new(self.facts.info.clone()),
            features,
            limits: Box::new(limits.clone()),
        };
        match owner.ask(&op, Some(PATIENCE)) {
            Ok(Answer::Opened { period }) => {
                let info = self.facts.info.clone();
                let queue = RemoteQueue::new(owner.clone(), period);
                Ok((RemoteDevice { owner, features, limits, info }, queue))
            }
            Ok(Answer::Refused(why)) => Err(why),
            Ok(_) => Err("the process of its driver answers something else".to_owned()),
            Err(gone) => Err(gone.to_string()),
        }
    }
}

impl AdapterInterface for RemoteAdapter {
    fn request_device(&self, desc: &DeviceDescriptor<'_>) -> Pin<Box<dyn RequestDeviceFuture>> {
        let opened = self
            .open(desc)
            .map(|(device, queue)| (DispatchDevice::custom(device), DispatchQueue::custom(queue)));
        Box::pin(ready(opened.map_err(RequestDeviceError::from_message)))
    }

    fn is_surface_supported(&self, _: &DispatchSurface) -> bool {
        false
    }

    fn features(&self) -> Features {
        self.facts.features
    }

    fn limits(&self) -> Limits {
        self.facts.limits.clone()
    }

    fn downlevel_capabilities(&self) -> DownlevelCapabilities {
        self.facts.downlevel.clone()
    }

    fn get_info(&self) -> AdapterInfo {
        self.facts.info.clone()
    }

    fn get_texture_format_features(&self, _: TextureFormat) -> wgpu::TextureFormatFeatures {
        wgpu::TextureFormatFeatures {
            allowed_usages: wgpu::TextureUsages::empty(),
            flags: wgpu::TextureFormatFeatureFlags::empty(),
        }
    }

    fn get_presentation_timestamp(&self) -> wgpu::PresentationTimestamp {
        wgpu::PresentationTimestamp::INVALID_TIMESTAMP
    }

    fn cooperative_matrix_properties(&self) -> Vec<wgpu::wgt::CooperativeMatrixProperties> {
        Vec::new()
    }
}

impl RemoteDevice {
    /// Its worker.
    pub(in crate::gpu) fn killer(&self) -> impl Fn() + Send + Sync + 'static + use<> {
        let link: Arc<Link> = self.owner.link().clone();
        move || {
            link.kill("the device is lost");
        }
    }

    /// Has something be made, under a new name.
    fn make(&self, op: impl FnOnce(u64) -> Op) -> Thing {
        let id = self.owner.id();
        self.owner.put(&op(id));
        Thing::new(self.owner.clone(), id)
    }
}

impl DeviceInterface for RemoteDevice {
    fn features(&self) -> Features {
        self.features
    }

    fn limits(&self) -> Limits {
        self.limits.clone()
    }

    fn adapter_info(&self) -> AdapterInfo {
        self.info.clone()
    }

    fn create_shader_module(
        &self,
        desc: wgpu::ShaderModuleDescriptor<'_>,
        checks: wgpu::ShaderRuntimeChecks,
    ) -> DispatchShaderModule {
        let (source, bytes) = match desc.source {
            ShaderSource::Wgsl(text) => {
                let bytes = text.len();
                (Source::Text(text.into_owned()), bytes)
            }
            ShaderSource::Naga(module) => {
                // What is nested has at least a byte a level when it is written.
                let bytes = postcard::experimental::serialized_size(&*module).unwrap_or(usize::MAX);
                (Source::Module(Box::new(module.into_owned())), bytes)
            }
            _ => no_graphics(),
        };
        let stack = compile::stack(bytes) as u64;
        self.owner.lanes().needs(stack);
        let thing = self.make(|id| Op::Shader { id, source, checks });
        DispatchShaderModule::custom(thing.with_stack(stack))
    }

    #[allow(unsafe_code, reason = "as wgpu has it")]
    unsafe fn create_shader_module_passthrough(
        &self,
        _: &wgpu::ShaderModuleDescriptorPassthrough<'_>,
    ) -> DispatchShaderModule {
        no_graphics()
    }

    fn create_bind_group_layout(
        &self,
        desc: &wgpu::BindGroupLayoutDescriptor<'_>,
    ) -> DispatchBindGroupLayout {
        let entries = desc.entries.to_vec();
        DispatchBindGroupLayout::custom(self.make(|id| Op::BindGroupLayout { id, entries }))
    }

    fn create_bind_group(&self, desc: &wgpu::BindGroupDescriptor<'_>) -> DispatchBindGroup {
        let layout = id_of(desc.layout.as_custom::<Thing>());
        let entries = desc.entries.iter().map(|entry| {
            let BindingResource::Buffer(bound) = &entry.resource else { no_graphics() };
            let buffer = super::objects::buffer_id(bound.buffer);
            Binding { binding: entry.binding, buffer, offset: bound.offset, size: bound.size.map(u64::from) }
        });
        let entries = entries.collect();
        DispatchBindGroup::custom(self.make(|id| Op::BindGroup { id, layout, entries }))
    }

    fn create_pipeline_layout(&self, desc: &wgpu::PipelineLayoutDescriptor<'_>) -> DispatchPipelineLayout {
        let layouts = desc.bind_group_layouts.iter();
        let layouts = layouts.map(|layout| layout.map(|layout| id_of(layout.as_custom::<Thing>()))).collect();
        let immediates = desc.immediate_size;
        DispatchPipelineLayout::custom(self.make(|id| Op::PipelineLayout { id, layouts, immediates }))
    }

    fn create_render_pipeline(&self, _: &wgpu::RenderPipelineDescriptor<'_>) -> DispatchRenderPipeline {
        no_graphics()
    }

    fn create_mesh_pipeline(&self, _: &wgpu::MeshPipelineDescriptor<'_>) -> DispatchRenderPipeline {
        no_graphics()
    }

    fn create_compute_pipeline(&self, desc: &wgpu::ComputePipelineDescriptor<'_>) -> DispatchComputePipeline {
        let shader = desc.module.as_custom::<Thing>();
        if let Some(shader) = shader {
            self.owner.lanes().needs(shader.stack());
        }
        let options = &desc.compilation_options;
        let op = |id| Op::Pipeline {
            id,
            layout: desc.layout.map(|layout| id_of(layout.as_custom::<Thing>())),
            shader: id_of(shader),
            entry: desc.entry_point.map(str::to_owned),
            constants: options.constants.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
            zeroes: options.zero_initialize_workgroup_memory,
        };
        DispatchComputePipeline::custom(self.make(op))
    }

    #[allow(unsafe_code, reason = "as wgpu has it")]
    unsafe fn create_pipeline_cache(&self, _: &wgpu::PipelineCacheDescriptor<'_>) -> DispatchPipelineCache {
        no_graphics()
    }

    fn create_buffer(&self, desc: &wgpu::BufferDescriptor<'_>) -> DispatchBuffer {
        let (size, usage) = (desc.size, desc.usage.bits());
        let thing = self.make(|id| Op::Buffer { id, size, usage });
        DispatchBuffer::custom(super::objects::RemoteBuffer::new(thing, size))
    }

    fn create_texture(&self, _: &wgpu::TextureDescriptor<'_>) -> DispatchTexture {
        no_graphics()
    }

    fn create_external_texture(
        &self,
        _: &wgpu::ExternalTextureDescriptor<'_>,
        _: &[&wgpu::TextureView],
    ) -> DispatchExternalTexture {
        no_graphics()
    }

    fn create_blas(
        &self,
        _: &wgpu::CreateBlasDescriptor<'_>,
        _: wgpu::BlasGeometrySizeDescriptors,
    ) -> (Option<u64>, DispatchBlas) {
        no_graphics()
    }

    fn create_tlas(&self, _: &wgpu::CreateTlasDescriptor<'_>) -> DispatchTlas {
        no_graphics()
    }

    fn create_sampler(&self, _: &wgpu::SamplerDescriptor<'_>) -> DispatchSampler {
        no_graphics()
    }

    fn create_query_set(&self, desc: &wgpu::QuerySetDescriptor<'_>) -> DispatchQuerySet {
        if !matches!(desc.ty, wgpu::QueryType::Timestamp) {
            no_graphics();
        }
        let count = desc.count;
        DispatchQuerySet::custom(self.make(|id| Op::Queries { id, count }))
    }

    fn create_command_encoder(&self, _: &wgpu::CommandEncoderDescriptor<'_>) -> DispatchCommandEncoder {
        DispatchCommandEncoder::custom(RemoteEncoder::new(self.owner.clone()))
    }

    fn create_render_bundle_encoder(
        &self,
        _: &wgpu::RenderBundleEncoderDescriptor<'_>,
    ) -> DispatchRenderBundleEncoder {
        no_graphics()
    }

    fn set_device_lost_callback(&self, device_lost_callback: BoxDeviceLostCallback) {
        self.owner.when_lost(device_lost_callback);
    }

    fn on_uncaptured_error(&self, handler: Arc<dyn wgpu::UncapturedErrorHandler>) {
        self.owner.when_uncaught(handler);
    }

    fn push_error_scope(&self, filter: ErrorFilter) -> u32 {
        self.owner.lanes().push(filter)
    }

    fn pop_error_scope(&self, index: u32) -> Pin<Box<dyn PopErrorScopeFuture>> {
        let lanes = self.owner.lanes();
        let settled = if lanes.is_dirty() { self.owner.settle(None).map(drop) } else { Ok(()) };
        let caught = lanes.pop(index);
        let gone = settled.err().map(|gone| {
            let text = gone.to_string();
            wgpu::Error::Internal { source: text.clone().into(), description: text }
        });
        Box::pin(ready(caught.or(gone)))
    }

    #[allow(unsafe_code, reason = "as wgpu has it")]
    unsafe fn start_graphics_debugger_capture(&self) {}

    #[allow(unsafe_code, reason = "as wgpu has it")]
    unsafe fn stop_graphics_debugger_capture(&self) {}

    fn poll(&self, poll_type: wgpu::wgt::PollType<u64>) -> Result<PollStatus, wgpu::PollError> {
        let wait = match poll_type {
            wgpu::wgt::PollType::Poll => std::time::Duration::ZERO,
            wgpu::wgt::PollType::Wait { timeout, .. } => timeout.unwrap_or(PATIENCE),
        };
        self.owner.poll(wait);
        Ok(if self.owner.is_idle() { PollStatus::QueueEmpty } else { PollStatus::Poll })
    }

    fn get_internal_counters(&self) -> wgpu::InternalCounters {
        wgpu::InternalCounters::default()
    }

    fn generate_allocator_report(&self) -> Option<wgpu::AllocatorReport> {
        None
    }

    fn destroy(&self) {
        self.owner.kill("it was destroyed");
    }
}
