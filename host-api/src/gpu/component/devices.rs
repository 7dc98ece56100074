//! A device, and what is made with it.

use std::sync::{Arc, Mutex};

use wasmtime::Result;
use wasmtime::component::{Access, Accessor, FutureReader, Resource, StreamReader};

use super::bindings::wasi::webgpu::webgpu::{
    CreatePipelineError, CreatePipelineErrorKind, CreateQuerySetError, CreateQuerySetErrorKind,
    GpuBindGroupDescriptor, GpuBindGroupLayoutDescriptor, GpuBufferDescriptor, GpuCommandEncoderDescriptor,
    GpuComputePipelineDescriptor, GpuErrorFilter, GpuPipelineErrorReason, GpuPipelineLayoutDescriptor,
    GpuQuerySetDescriptor, GpuQueryType, GpuRenderBundleEncoderDescriptor, GpuRenderPipelineDescriptor,
    GpuSamplerDescriptor, GpuShaderModuleDescriptor, GpuTextureDescriptor, HostGpuDevice,
    HostGpuDeviceWithStore, PopErrorScopeError, PopErrorScopeErrorKind,
};
use super::label::{Label, labelled};
use super::opened::Opened;
use super::things::{
    AdapterInfo, BindGroup, BindGroupLayout, Buffer, CommandEncoder, ComputePipeline, Device, DeviceLostInfo,
    Draft, Fault, PipelineLayout, QuerySet, Queue, RenderBundleEncoder, RenderPipeline, Sampler,
    ShaderModule, SupportedFeatures, SupportedLimits, Texture,
};
use super::{Front, Webgpu, errors, graphics};
use crate::gpu::device::Recording;
use crate::gpu::{Errno, Error};

impl Front<'_> {
    pub(super) fn opened(&mut self, device: &Resource<Device>) -> Result<Arc<Opened>> {
        Ok(self.get(device)?.opened.clone())
    }
}

impl HostGpuDevice for Front<'_> {
    fn features(&mut self, device: Resource<Device>) -> Result<Resource<SupportedFeatures>> {
        let features = self.get(&device)?.opened.device.features;
        self.add(SupportedFeatures(features))
    }

    fn limits(&mut self, device: Resource<Device>) -> Result<Resource<SupportedLimits>> {
        let limits = self.get(&device)?.opened.device.limits.clone();
        self.add(SupportedLimits(limits))
    }

    fn adapter_info(&mut self, device: Resource<Device>) -> Result<Resource<AdapterInfo>> {
        let index = self.get(&device)?.opened.index;
        self.info(index)
    }

    fn queue(&mut self, device: Resource<Device>) -> Result<Resource<Queue>> {
        let opened = self.opened(&device)?;
        let label = opened.queue_label.clone();
        self.add(Queue { opened, label })
    }

    fn destroy(&mut self, device: Resource<Device>) -> Result<()> {
        self.get(&device)?.opened.device.destroy();
        Ok(())
    }

    async fn create_buffer(
        &mut self,
        device: Resource<Device>,
        wanted: GpuBufferDescriptor,
    ) -> Result<Resource<Buffer>> {
        let opened = self.opened(&device)?;
        let buffer = Buffer::new(opened, wanted).await;
        self.add(buffer)
    }

    fn create_texture(
        &mut self,
        device: Resource<Device>,
        wanted: GpuTextureDescriptor,
    ) -> Result<Resource<Texture>> {
        self.get(&device)?.opened.raise(graphics::refused("textures"));
        self.add(Texture { label: Label::new(wanted.label) })
    }

    fn create_sampler(
        &mut self,
        device: Resource<Device>,
        wanted: Option<GpuSamplerDescriptor>,
    ) -> Result<Resource<Sampler>> {
        self.get(&device)?.opened.raise(graphics::refused("samplers"));
        self.add(Sampler { label: Label::new(wanted.and_then(|wanted| wanted.label)) })
    }

    async fn create_bind_group_layout(
        &mut self,
        device: Resource<Device>,
        wanted: GpuBindGroupLayoutDescriptor,
    ) -> Result<Resource<BindGroupLayout>> {
        let opened = self.opened(&device)?;
        let layout = BindGroupLayout::new(&opened, wanted).await;
        self.add(layout)
    }

    async fn create_pipeline_layout(
        &mut self,
        device: Resource<Device>,
        wanted: GpuPipelineLayoutDescriptor,
    ) -> Result<Resource<PipelineLayout>> {
        let opened = self.opened(&device)?;
        let layouts = self.layouts(&wanted.bind_group_layouts)?;
        let made = match layouts {
            Ok(layouts) => {
                let immediates = wanted.immediate_size.unwrap_or(0);
                opened.made(opened.device.create_pipeline_layout(layouts, immediates).await)
            }
            Err(error) => opened.made(Err(error)),
        };
        self.add(PipelineLayout { made, label: Label::new(wanted.label) })
    }

    async fn create_bind_group(
        &mut self,
        device: Resource<Device>,
        wanted: GpuBindGroupDescriptor,
    ) -> Result<Resource<BindGroup>> {
        let opened = self.opened(&device)?;
        let made = match self.bound(&wanted)? {
            Ok((layout, bound)) => opened.made(opened.device.create_group(&layout, bound).await),
            Err(error) => opened.made(Err(error)),
        };
        self.add(BindGroup { made, label: Label::new(wanted.label) })
    }

    async fn create_shader_module(
        &mut self,
        device: Resource<Device>,
        wanted: GpuShaderModuleDescriptor,
    ) -> Result<Resource<ShaderModule>> {
        let opened = self.opened(&device)?;
        let module = ShaderModule::new(&opened, wanted).await;
        self.add(module)
    }

    async fn create_compute_pipeline(
        &mut self,
        device: Resource<Device>,
        wanted: GpuComputePipelineDescriptor,
    ) -> Result<Resource<ComputePipeline>> {
        let opened = self.opened(&device)?;
        let label = Label::new(wanted.label.clone());
        let made = match self.program(wanted)? {
            Ok(program) => opened.made(program.compile(&opened.device).await),
            Err(error) => opened.made(Err(error)),
        };
        self.add(ComputePipeline { opened, made, label })
    }

    fn create_render_pipeline(
        &mut self,
        device: Resource<Device>,
        wanted: GpuRenderPipelineDescriptor,
    ) -> Result<Resource<RenderPipeline>> {
        self.get(&device)?.opened.raise(graphics::refused("render pipelines"));
        let label = Label::new(wanted.label.clone());
        self.forget(wanted)?;
        self.add(RenderPipeline { label })
    }

    fn create_command_encoder(
        &mut self,
        device: Resource<Device>,
        wanted: Option<GpuCommandEncoderDescriptor>,
    ) -> Result<Resource<CommandEncoder>> {
        let opened = self.opened(&device)?;
        let draft = Draft {
            recording: Some(Recording::new(opened.device.clone())),
            error: None,
            has_open_pass: false,
            groups: 0,
        };
        let label = Label::new(wanted.and_then(|wanted| wanted.label));
        self.add(CommandEncoder { opened, draft: Arc::new(Mutex::new(draft)), label })
    }

    fn create_render_bundle_encoder(
        &mut self,
        device: Resource<Device>,
        wanted: GpuRenderBundleEncoderDescriptor,
    ) -> Result<Resource<RenderBundleEncoder>> {
        self.get(&device)?.opened.raise(graphics::refused("render bundles"));
        self.add(RenderBundleEncoder { label: Label::new(wanted.label) })
    }

    async fn create_query_set(
        &mut self,
        device: Resource<Device>,
        wanted: GpuQuerySetDescriptor,
    ) -> Result<std::result::Result<Resource<QuerySet>, CreateQuerySetError>> {
        let opened = self.opened(&device)?;
        let is_timestamps = wanted.type_ == GpuQueryType::Timestamp;
        let made = match is_timestamps {
            true => opened.device.create_queries(wanted.count).await,
            false => Err(graphics::refused("occlusion queries")),
        };
        // As WebGPU has it for what was not asked of the device.
        if let Err(Error { errno: Errno::NotSupported, text: message }) = made {
            return Ok(Err(CreateQuerySetError { kind: CreateQuerySetErrorKind::TypeError, message }));
        }
        let made = opened.made(made);
        let (count, label) = (wanted.count, Label::new(wanted.label));
        self.add(QuerySet { made, is_timestamps, count, label }).map(Ok)
    }

    labelled!(Device);

    fn push_error_scope(&mut self, device: Resource<Device>, filter: GpuErrorFilter) -> Result<()> {
        let opened = self.opened(&device)?;
        opened.hear();
        // Scopes that are not there would have others be closed in their place.
        Ok(opened.device.push_scope(errors::filter(filter))?)
    }

    fn drop(&mut self, device: Resource<Device>) -> Result<()> {
        // What was made with it goes on having it.
        self.table().delete(device)?;
        Ok(())
    }
}

impl<T: 'static> HostGpuDeviceWithStore<T> for Webgpu {
    fn lost(
        store: Access<'_, T, Self>,
        device: Resource<Device>,
    ) -> Result<FutureReader<Resource<DeviceLostInfo>>> {
        let get = store.getter();
        errors::lost(store, &device, get)
    }

    fn on_uncaptured_error(
        store: Access<'_, T, Self>,
        device: Resource<Device>,
    ) -> Result<StreamReader<Resource<Fault>>> {
        let get = store.getter();
        errors::uncaptured(store, &device, get)
    }

    async fn create_compute_pipeline_async(
        store: &Accessor<T, Self>,
        device: Resource<Device>,
        wanted: GpuComputePipelineDescriptor,
    ) -> Result<std::result::Result<Resource<ComputePipeline>, CreatePipelineError>> {
        let label = Label::new(wanted.label.clone());
        let (opened, program) = store.with(|mut access| -> Result<_> {
            let mut front = access.get();
            Ok((front.opened(&device)?, front.program(wanted)?))
        })?;
        let made = match (program, opened.device.shared.counters.call()) {
            (Ok(program), Ok(_call)) => program.compile(&opened.device).await,
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        // A device that is lost gives pipelines that do nothing, as all that is its.
        let made = match made {
            Err(error) if error.errno != Errno::Lost => return Ok(Err(no_pipeline(error))),
            made => made.ok(),
        };
        store.with(|mut access| access.get().add(ComputePipeline { opened, made, label })).map(Ok)
    }

    async fn create_render_pipeline_async(
        store: &Accessor<T, Self>,
        _: Resource<Device>,
        wanted: GpuRenderPipelineDescriptor,
    ) -> Result<std::result::Result<Resource<RenderPipeline>, CreatePipelineError>> {
        store.with(|mut access| access.get().forget(wanted))?;
        Ok(Err(no_pipeline(graphics::refused("render pipelines"))))
    }

    async fn pop_error_scope(
        store: &Accessor<T, Self>,
        device: Resource<Device>,
    ) -> Result<std::result::Result<Option<Resource<Fault>>, PopErrorScopeError>> {
        store.with(|mut access| {
            let mut front = access.get();
            let opened = front.opened(&device)?;
            opened.hear();
            Ok(match opened.device.pop_scope() {
                Ok(caught) => Ok(caught.map(|error| front.add(Fault(error))).transpose()?),
                Err(error) => {
                    let kind = PopErrorScopeErrorKind::OperationError;
                    Err(PopErrorScopeError { kind, message: error.text })
                }
            })
        })
    }
}

/// Why there is no pipeline.
fn no_pipeline(error: Error) -> CreatePipelineError {
    let reason = match error.errno {
        Errno::Internal | Errno::NoMemory | Errno::Quota => GpuPipelineErrorReason::Internal,
        _ => GpuPipelineErrorReason::Validation,
    };
    CreatePipelineError { kind: CreatePipelineErrorKind::GpuPipelineError(reason), message: error.text }
}
