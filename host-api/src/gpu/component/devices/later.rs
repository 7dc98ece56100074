//! As the later drafts have it: what waits is a task.

use wasmtime::Result;
use wasmtime::component::{Access, Accessor, FutureReader, Resource, StreamReader};

use super::common::{device, records};
use super::compiled;
use crate::gpu::component::bindings::later::{
    CreatePipelineError, CreatePipelineErrorKind, CreateQuerySetError, CreateQuerySetErrorKind,
    GpuBindGroupDescriptor, GpuBindGroupEntry, GpuBindGroupLayoutDescriptor, GpuBindGroupLayoutEntry,
    GpuBindingResource, GpuBufferBinding, GpuBufferBindingType, GpuBufferDescriptor,
    GpuCommandEncoderDescriptor, GpuComputePipelineDescriptor, GpuErrorFilter, GpuLayoutMode,
    GpuPipelineErrorReason, GpuPipelineLayoutDescriptor, GpuProgrammableStage, GpuQuerySetDescriptor,
    GpuQueryType, GpuRenderBundleEncoderDescriptor, GpuRenderPipelineDescriptor, GpuSamplerDescriptor,
    GpuShaderModuleDescriptor, GpuTextureDescriptor, HostGpuDevice, HostGpuDeviceWithStore,
    PopErrorScopeError, PopErrorScopeErrorKind,
};
use crate::gpu::component::compute::{Binding, Wanted, visible};
use crate::gpu::component::label::{Label, labelled};
use crate::gpu::component::things::{
    AdapterInfo, BindGroup, BindGroupLayout, Buffer, CommandEncoder, ComputePipeline, Device, DeviceLostInfo,
    Fault, PipelineLayout, QuerySet, Queue, RenderBundleEncoder, RenderPipeline, Sampler, ShaderModule,
    SupportedFeatures, SupportedLimits, Texture,
};
use crate::gpu::component::usage::later::{stages, usage};
use crate::gpu::component::{Front, Webgpu, errors, graphics};
use crate::gpu::device::{Filter, Slot};
use crate::gpu::{Errno, Error};

records!();

fn immediates(wanted: &GpuPipelineLayoutDescriptor) -> u32 {
    wanted.immediate_size.unwrap_or(0)
}

/// What is bound; no buffer where it is something of graphics.
fn bound(entry: &GpuBindGroupEntry) -> (u32, Option<Binding<'_>>) {
    let binding = match &entry.resource {
        GpuBindingResource::GpuBuffer(buffer) => Some((buffer, 0, None)),
        GpuBindingResource::GpuBufferBinding(GpuBufferBinding { buffer, offset, size }) => {
            Some((buffer, offset.unwrap_or(0), *size))
        }
        _ => None,
    };
    (entry.binding, binding)
}

impl HostGpuDevice for Front<'_> {
    device!();
}

impl<T: 'static> HostGpuDeviceWithStore<T> for Webgpu {
    fn lost(
        store: Access<'_, T, Self>,
        device: Resource<Device>,
    ) -> Result<FutureReader<Resource<DeviceLostInfo>>> {
        let get = store.getter();
        errors::later::lost(store, &device, get)
    }

    fn on_uncaptured_error(
        store: Access<'_, T, Self>,
        device: Resource<Device>,
    ) -> Result<StreamReader<Resource<Fault>>> {
        let get = store.getter();
        errors::later::uncaptured(store, &device, get)
    }

    async fn create_compute_pipeline_async(
        store: &Accessor<T, Self>,
        device: Resource<Device>,
        wanted: GpuComputePipelineDescriptor,
    ) -> Result<std::result::Result<Resource<ComputePipeline>, CreatePipelineError>> {
        let (wanted, label) = program(wanted);
        let (opened, program) = store.with(|mut access| -> Result<_> {
            let mut front = access.get();
            Ok((front.opened(&device)?, front.program(wanted)?))
        })?;
        match compiled(&opened, program).await {
            Ok(made) => {
                store.with(|mut access| access.get().add(ComputePipeline { opened, made, label })).map(Ok)
            }
            Err(error) => Ok(Err(no_pipeline(error))),
        }
    }

    async fn create_render_pipeline_async(
        store: &Accessor<T, Self>,
        _: Resource<Device>,
        wanted: GpuRenderPipelineDescriptor,
    ) -> Result<std::result::Result<Resource<RenderPipeline>, CreatePipelineError>> {
        let fragment = wanted.fragment.and_then(|fragment| fragment.constants);
        store.with(|mut access| access.get().forget([wanted.vertex.constants, fragment]))?;
        Ok(Err(no_pipeline(graphics::refused("render pipelines"))))
    }

    async fn pop_error_scope(
        store: &Accessor<T, Self>,
        device: Resource<Device>,
    ) -> Result<std::result::Result<Option<Resource<Fault>>, PopErrorScopeError>> {
        store.with(|mut access| Ok(access.get().pop_scope(&device)?.map_err(no_scope)))
    }
}
