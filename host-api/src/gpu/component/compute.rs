//! Pipelines, and what binds buffers to them.

use std::sync::Arc;

use wasmtime::Result;
use wasmtime::component::Resource;

use super::label::{Label, dropped, labelled};
use super::opened::Opened;
use super::things::{
    BindGroup, BindGroupLayout, Buffer, ComputePipeline, Constants, PipelineLayout, Record, ShaderModule,
};
use super::{Front, graphics, shaders, usage};
use crate::gpu::Error;
use crate::gpu::device::{self, Bound, Device, Layout, Pipeline, Shader, Slot};

/// A part of a buffer that is to be bound: where it begins, and how long it is.
pub(super) type Binding<'a> = (&'a Resource<Buffer>, u64, Option<u64>);

/// What a guest wants a pipeline to be compiled of.
pub(super) struct Wanted {
    pub(super) module: Resource<ShaderModule>,
    /// None where it is made of the shader.
    pub(super) layout: Option<Resource<PipelineLayout>>,
    pub(super) entry: Option<String>,
    pub(super) constants: Option<Resource<Constants>>,
}

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
    pub(super) async fn new(
        opened: &Opened,
        slots: std::result::Result<Vec<Slot>, Error>,
        label: Label,
    ) -> BindGroupLayout {
        let made = match slots {
            Ok(slots) => opened.device.create_layout(slots).await,
            Err(error) => Err(error),
        };
        BindGroupLayout { made: opened.made(made), label }
    }
}

/// Who sees a binding, of those that there are here.
///
/// # Errors
/// Nobody knows of such a stage.
pub(super) fn visible(stages: wgpu::ShaderStages) -> std::result::Result<wgpu::ShaderStages, Error> {
    match usage::STAGES.contains(stages) {
        true => Ok(stages & wgpu::ShaderStages::COMPUTE),
        false => Err(Error::validation("a binding is visible to a stage that there is not")),
    }
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

    /// What a group binds. Something of graphics is no buffer.
    pub(super) fn bound<'a>(
        &mut self,
        layout: &Resource<BindGroupLayout>,
        entries: impl ExactSizeIterator<Item = (u32, Option<Binding<'a>>)>,
    ) -> Result<std::result::Result<(Layout, Vec<Bound>), Error>> {
        let Some(layout) = self.get(layout)?.made.clone() else {
            return Ok(Err(invalid("the layout of the bindings")));
        };
        let mut bound = Vec::with_capacity(entries.len());
        for (binding, entry) in entries {
            let Some((buffer, offset, size)) = entry else {
                return Ok(Err(graphics::refused("bindings of textures and samplers")));
            };
            let Some(buffer) = self.buffer(buffer)? else { return Ok(Err(invalid("a buffer"))) };
            bound.push(Bound { binding, buffer, offset, size });
        }
        Ok(Ok((layout, bound)))
    }

    /// A buffer of the device's, where it is valid.
    pub(super) fn buffer(&mut self, buffer: &Resource<Buffer>) -> Result<Option<device::Buffer>> {
        Ok(self.get(buffer)?.buffer.clone())
    }

    /// What a pipeline is compiled of.
    pub(super) fn program(&mut self, wanted: Wanted) -> Result<std::result::Result<Program, Error>> {
        let constants = self.constants(wanted.constants)?;
        let Some(shader) = self.get(&wanted.module)?.made.clone() else {
            return Ok(Err(invalid("the shader")));
        };
        let layout = match wanted.layout {
            None => None,
            Some(layout) => match &self.get(&layout)?.made {
                Some(layout) => Some(layout.clone()),
                None => return Ok(Err(invalid("the layout of the pipeline"))),
            },
        };
        Ok(shaders::entry(wanted.entry).map(|entry| Program { shader, layout, entry, constants }))
    }
}

texts! {
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
}
