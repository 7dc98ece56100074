//! As 0.0.1 has it.

use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi::p2::{DynPollable, subscribe};

use super::common::{device, records};
use super::compiled;
use crate::gpu::component::bindings::first::{
    CreatePipelineError, CreatePipelineErrorKind, CreateQuerySetError, CreateQuerySetErrorKind,
    GpuBindGroupDescriptor, GpuBindGroupEntry, GpuBindGroupLayoutDescriptor, GpuBindGroupLayoutEntry,
    GpuBindingResource, GpuBufferBinding, GpuBufferBindingType, GpuBufferDescriptor,
    GpuCommandEncoderDescriptor, GpuComputePipelineDescriptor, GpuErrorFilter, GpuLayoutMode,
    GpuPipelineErrorReason, GpuPipelineLayoutDescriptor, GpuProgrammableStage, GpuQuerySetDescriptor,
    GpuQueryType, GpuRenderBundleEncoderDescriptor, GpuRenderPipelineDescriptor, GpuSamplerDescriptor,
    GpuShaderModuleDescriptor, GpuTextureDescriptor, HostGpuDevice, PopErrorScopeError,
    PopErrorScopeErrorKind,
};
use crate::gpu::component::compute::{Binding, Wanted, visible};
use crate::gpu::component::label::{Label, labelled};
use crate::gpu::component::things::{
    AdapterInfo, BindGroup, BindGroupLayout, Buffer, CommandEncoder, ComputePipeline, Device, DeviceLostInfo,
    Fault, GraphicsContext, PipelineLayout, QuerySet, Queue, RenderBundleEncoder, RenderPipeline, Sampler,
    ShaderModule, SupportedFeatures, SupportedLimits, Texture,
};
use crate::gpu::component::uncaught::Subscription;
use crate::gpu::component::usage::first::{stages, usage};
use crate::gpu::component::{Front, graphics};
use crate::gpu::device::{Filter, Slot};
use crate::gpu::{Errno, Error};

records!();

/// It knows of none.
fn immediates(_: &GpuPipelineLayoutDescriptor) -> u32 {
    0
}

/// What is bound; no buffer where it is something of graphics.
fn bound(entry: &GpuBindGroupEntry) -> (u32, Option<Binding<'_>>) {
    let binding = match &entry.resource {
        GpuBindingResource::GpuBufferBinding(GpuBufferBinding { buffer, offset, size }) => {
            Some((buffer, offset.unwrap_or(0), *size))
        }
        _ => None,
    };
    (entry.binding, binding)
}

impl HostGpuDevice for Front<'_> {
    device!();

    async fn create_compute_pipeline_async(
        &mut self,
        device: Resource<Device>,
        wanted: GpuComputePipelineDescriptor,
    ) -> Result<std::result::Result<Resource<ComputePipeline>, CreatePipelineError>> {
        let opened = self.opened(&device)?;
        let (wanted, label) = program(wanted);
        let program = self.program(wanted)?;
        match compiled(&opened, program).await {
            Ok(made) => self.add(ComputePipeline { opened, made, label }).map(Ok),
            Err(error) => Ok(Err(no_pipeline(error))),
        }
    }

    fn create_render_pipeline_async(
        &mut self,
        _: Resource<Device>,
        wanted: GpuRenderPipelineDescriptor,
    ) -> Result<std::result::Result<Resource<RenderPipeline>, CreatePipelineError>> {
        self.forget([wanted.vertex.constants, wanted.fragment.and_then(|fragment| fragment.constants)])?;
        Ok(Err(no_pipeline(graphics::refused("render pipelines"))))
    }

    async fn lost(&mut self, device: Resource<Device>) -> Result<Resource<DeviceLostInfo>> {
        let shared = self.get(&device)?.opened.device.shared.clone();
        let error = shared.lost().await;
        self.add(DeviceLostInfo::new(error))
    }

    fn pop_error_scope(
        &mut self,
        device: Resource<Device>,
    ) -> Result<std::result::Result<Option<Resource<Fault>>, PopErrorScopeError>> {
        Ok(self.pop_scope(&device)?.map_err(no_scope))
    }

    fn onuncapturederror_subscribe(&mut self, device: Resource<Device>) -> Result<Resource<DynPollable>> {
        let subscription = Subscription::new(&self.opened(&device)?);
        let table = &mut self.0.context().table;
        let subscription = table.push(subscription)?;
        subscribe(table, subscription)
    }

    fn connect_graphics_context(
        &mut self,
        device: Resource<Device>,
        _: Resource<GraphicsContext>,
    ) -> Result<()> {
        self.get(&device)?.opened.raise(graphics::refused("canvases"));
        Ok(())
    }
}
