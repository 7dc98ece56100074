//! Pipelines, and what binds buffers to them.

use std::sync::Arc;

use wasmtime::Result;
use wasmtime::component::Resource;

use super::Front;
use super::bindings::wasi::webgpu::webgpu::{
    GpuBindGroupDescriptor, GpuBindGroupLayoutDescriptor, GpuBindGroupLayoutEntry, GpuBindingResource,
    GpuBufferBinding, GpuBufferBindingType, GpuComputePipelineDescriptor, GpuLayoutMode, GpuShaderStage,
    HostGpuBindGroup, HostGpuBindGroupLayout, HostGpuComputePipeline, HostGpuPipelineLayout,
};
use super::label::{Label, dropped, labelled};
use super::opened::Opened;
use super::things::{BindGroup, BindGroupLayout, Buffer, ComputePipeline, PipelineLayout, Record};
use super::{graphics, shaders};
use crate::gpu::Error;
use crate::gpu::device::{self, Bound, Device, Layout, Pipeline, Shader, Slot};

/// What a pipeline is compiled of.
pub(super) struct Program {
    shader: Shader,
    layout: Option<device::PipelineLayout>,
    entry: Option<String>,
    constants: Record<f64>,
}

/// Why something can't be used.
pub(super) fn invalid(what: &str) -> Error {
    Error::validation(format!("{what} is invalid"))
}

impl Program {
    pub(super) async fn compile(self, device: &Arc<Device>) -> std::result::Result<Pipeline, Error> {
        let constants = self.constants.iter().map(|(name, (value, _))| (name.clone(), *value)).collect();
        device.create_pipeline(&self.shader, self.layout.as_ref(), self.entry, constants).await
    }
}

impl BindGroupLayout {
    pub(super) async fn new(opened: &Opened, wanted: GpuBindGroupLayoutDescriptor) -> BindGroupLayout {
        let slots: std::result::Result<Vec<Slot>, Error> = wanted.entries.iter().map(slot).collect();
        let made = match slots {
            Ok(slots) => opened.device.create_layout(slots).await,
            Err(error) => Err(error),
        };
        let made = opened.made(made);
        BindGroupLayout { made, label: Label::new(wanted.label) }
    }
}

fn slot(entry: &GpuBindGroupLayoutEntry) -> std::result::Result<Slot, Error> {
    let binding = entry.binding;
    if entry.sampler.is_some() || entry.texture.is_some() || entry.storage_texture.is_some() {
        return Err(graphics::refused("bindings of textures and samplers"));
    }
    let Some(buffer) = &entry.buffer else {
        return Err(Error::validation(format!("binding {binding} is for nothing")));
    };
    let ty = match buffer.type_.unwrap_or(GpuBufferBindingType::Uniform) {
        GpuBufferBindingType::Uniform => wgpu::BufferBindingType::Uniform,
        GpuBufferBindingType::Storage => wgpu::BufferBindingType::Storage { read_only: false },
        GpuBufferBindingType::ReadOnlyStorage => wgpu::BufferBindingType::Storage { read_only: true },
    };
    let visibility = match entry.visibility.contains(GpuShaderStage::COMPUTE) {
        true => wgpu::ShaderStages::COMPUTE,
        false => wgpu::ShaderStages::NONE,
    };
    Ok(Slot {
        binding,
        ty,
        dynamic: buffer.has_dynamic_offset.unwrap_or(false),
        least: buffer.min_binding_size.unwrap_or(0),
        visibility,
    })
}

impl Front<'_> {
    /// Layouts that are valid.
    pub(super) fn layouts(
        &mut self,
        layouts: &[Option<Resource<BindGroupLayout>>],
    ) -> Result<std::result::Result<Vec<Option<Layout>>, Error>> {
        let mut all = Vec::with_capacity(layouts.len());
        for layout in layouts {
            match layout {
                None => all.push(None),
                Some(layout) => match &self.get(layout)?.made {
                    Some(layout) => all.push(Some(layout.clone())),
                    None => return Ok(Err(invalid("a layout of bindings"))),
                },
            }
        }
        Ok(Ok(all))
    }

    /// What a group binds.
    pub(super) fn bound(
        &mut self,
        wanted: &GpuBindGroupDescriptor,
    ) -> Result<std::result::Result<(Layout, Vec<Bound>), Error>> {
        let Some(layout) = self.get(&wanted.layout)?.made.clone() else {
            return Ok(Err(invalid("the layout of the bindings")));
        };
        let mut bound = Vec::with_capacity(wanted.entries.len());
        for entry in &wanted.entries {
            let (buffer, offset, size) = match &entry.resource {
                GpuBindingResource::GpuBuffer(buffer) => (buffer, 0, None),
                GpuBindingResource::GpuBufferBinding(GpuBufferBinding { buffer, offset, size }) => {
                    (buffer, offset.unwrap_or(0), *size)
                }
                _ => return Ok(Err(graphics::refused("bindings of textures and samplers"))),
            };
            let Some(buffer) = self.buffer(buffer)? else { return Ok(Err(invalid("a buffer"))) };
            bound.push(Bound { binding: entry.binding, buffer, offset, size });
        }
        Ok(Ok((layout, bound)))
    }

    /// A buffer of the device's, where it is valid.
    pub(super) fn buffer(&mut self, buffer: &Resource<Buffer>) -> Result<Option<device::Buffer>> {
        Ok(self.get(buffer)?.buffer.clone())
    }

    /// What a pipeline is compiled of.
    pub(super) fn program(
        &mut self,
        wanted: GpuComputePipelineDescriptor,
    ) -> Result<std::result::Result<Program, Error>> {
        let constants = self.constants(wanted.compute.constants)?;
        let Some(shader) = self.get(&wanted.compute.module)?.made.clone() else {
            return Ok(Err(invalid("the shader")));
        };
        let layout = match wanted.layout {
            GpuLayoutMode::Auto => None,
            GpuLayoutMode::Specific(layout) => match &self.get(&layout)?.made {
                Some(layout) => Some(layout.clone()),
                None => return Ok(Err(invalid("the layout of the pipeline"))),
            },
        };
        let entry = wanted.compute.entry_point;
        Ok(shaders::entry(entry).map(|entry| Program { shader, layout, entry, constants }))
    }
}

impl HostGpuBindGroup for Front<'_> {
    labelled!(BindGroup);
    dropped!(BindGroup);
}

impl HostGpuBindGroupLayout for Front<'_> {
    labelled!(BindGroupLayout);
    dropped!(BindGroupLayout);
}

impl HostGpuPipelineLayout for Front<'_> {
    labelled!(PipelineLayout);
    dropped!(PipelineLayout);
}

impl HostGpuComputePipeline for Front<'_> {
    async fn get_bind_group_layout(
        &mut self,
        pipeline: Resource<ComputePipeline>,
        index: u32,
    ) -> Result<Resource<BindGroupLayout>> {
        let ComputePipeline { opened, made, .. } = self.get(&pipeline)?;
        let (opened, pipeline) = (opened.clone(), made.clone());
        let made = match pipeline {
            Some(pipeline) => pipeline.layout(index).await,
            None => Err(invalid("the pipeline")),
        };
        let made = opened.made(made);
        self.add(BindGroupLayout { made, label: Label::default() })
    }

    labelled!(ComputePipeline);
    dropped!(ComputePipeline);
}
