//! Making things, by handles.

use wgpu::{BufferUsages, ShaderStages};

use super::thing::Thing;
use super::{Context, bad_handle};
use crate::gpu::Error;
use crate::gpu::device::{self, Buffer, Layout, Pipeline, QuerySet};

/// A place for a buffer, as a layout describes it.
#[derive(Clone, Copy, Debug)]
pub(in crate::gpu) struct Slot {
    pub(in crate::gpu) binding: u32,
    pub(in crate::gpu) kind: u32,
    pub(in crate::gpu) dynamic: bool,
    pub(in crate::gpu) least: u64,
}

/// A part of a buffer that is bound.
#[derive(Clone, Copy, Debug)]
pub(in crate::gpu) struct Bound {
    pub(in crate::gpu) binding: u32,
    pub(in crate::gpu) buffer: i32,
    pub(in crate::gpu) offset: u64,
    /// All that follows where it is 0.
    pub(in crate::gpu) size: u64,
}

impl Context {
    pub(in crate::gpu) async fn create_buffer(
        &mut self,
        device: i32,
        size: u64,
        usage: u32,
    ) -> Result<i32, Error> {
        let device = self.device(device)?;
        let usage = BufferUsages::from_bits(usage).ok_or_else(|| {
            Error::invalid(format!("{usage:#x} has bits that stand for no use of a buffer"))
        })?;
        self.things.room()?;
        let buffer = device.create_buffer(size, usage, BufferUsages::empty()).await?;
        self.things.add(Thing::Buffer(buffer))
    }

    pub(in crate::gpu) async fn create_layout(&mut self, device: i32, slots: &[Slot]) -> Result<i32, Error> {
        let device = self.device(device)?;
        let slots = slots.iter().map(|slot| {
            let ty = match slot.kind {
                2 => wgpu::BufferBindingType::Uniform,
                3 => wgpu::BufferBindingType::Storage { read_only: false },
                4 => wgpu::BufferBindingType::Storage { read_only: true },
                kind => return Err(Error::invalid(format!("there is no kind {kind} of bindings"))),
            };
            let (binding, visibility) = (slot.binding, ShaderStages::COMPUTE);
            Ok(device::Slot { binding, ty, dynamic: slot.dynamic, least: slot.least, visibility })
        });
        let slots = slots.collect::<Result<Vec<_>, Error>>()?;
        self.things.room()?;
        let layout = device.create_layout(slots).await?;
        self.things.add(Thing::Layout(layout))
    }

    pub(in crate::gpu) async fn create_group(
        &mut self,
        device: i32,
        layout: i32,
        bound: &[Bound],
    ) -> Result<i32, Error> {
        let device = self.device(device)?;
        let layout = self.layout(layout)?;
        let mut parts = Vec::with_capacity(bound.len());
        for bound in bound {
            let size = Some(bound.size).filter(|size| ![0, u64::MAX].contains(size));
            let buffer = self.buffer(bound.buffer)?;
            parts.push(device::Bound { binding: bound.binding, buffer, offset: bound.offset, size });
        }
        self.about = Some(device.clone());
        self.things.room()?;
        let group = device.create_group(&layout, parts).await?;
        self.things.add(Thing::Group(group))
    }

    pub(in crate::gpu) async fn create_queries(&mut self, device: i32, count: u32) -> Result<i32, Error> {
        let device = self.device(device)?;
        self.things.room()?;
        let queries = device.create_queries(count).await?;
        self.things.add(Thing::Queries(queries))
    }

    pub(in crate::gpu) async fn create_shader(&mut self, device: i32, text: &str) -> Result<i32, Error> {
        let device = self.device(device)?;
        self.things.room()?;
        let shader = device.create_shader(text).await?;
        self.things.add(Thing::Shader(shader))
    }

    pub(in crate::gpu) async fn create_pipeline(
        &mut self,
        device: i32,
        shader: i32,
        layout: i32,
        entry: Option<String>,
        constants: Vec<(String, f64)>,
    ) -> Result<i32, Error> {
        let device = self.device(device)?;
        let Some(Thing::Shader(shader)) = self.things.get(shader) else {
            return Err(bad_handle(shader, "a shader"));
        };
        let layout = match (layout, self.things.get(layout)) {
            (0, _) => None,
            (_, Some(Thing::PipelineLayout(layout))) => Some(layout),
            _ => return Err(bad_handle(layout, "a layout of pipelines")),
        };
        self.things.room()?;
        let pipeline = device.create_pipeline(shader, layout, entry, constants).await?;
        self.things.add(Thing::Pipeline(pipeline))
    }

    pub(in crate::gpu) async fn create_pipeline_layout(
        &mut self,
        device: i32,
        layouts: &[i32],
        immediates: u32,
    ) -> Result<i32, Error> {
        let device = self.device(device)?;
        let layouts = layouts.iter().map(|&handle| match handle {
            0 => Ok(None),
            handle => self.layout(handle).map(Some),
        });
        let layouts = layouts.collect::<Result<Vec<_>, Error>>()?;
        self.things.room()?;
        let layout = device.create_pipeline_layout(layouts, immediates).await?;
        self.things.add(Thing::PipelineLayout(layout))
    }

    /// The layout that a pipeline has for a group.
    pub(in crate::gpu) async fn layout_of(&mut self, pipeline: i32, group: u32) -> Result<i32, Error> {
        let pipeline = self.pipeline(pipeline)?;
        self.about = Some(pipeline.device.clone());
        self.things.room()?;
        let layout = pipeline.layout(group).await?;
        self.things.add(Thing::Layout(layout))
    }

    /// A buffer.
    pub(super) fn buffer(&mut self, handle: i32) -> Result<Buffer, Error> {
        match self.things.get(handle) {
            Some(Thing::Buffer(buffer)) => {
                self.about = Some(buffer.device.clone());
                Ok(buffer.clone())
            }
            _ => Err(bad_handle(handle, "a buffer")),
        }
    }

    pub(super) fn pipeline(&self, handle: i32) -> Result<Pipeline, Error> {
        match self.things.get(handle) {
            Some(Thing::Pipeline(pipeline)) => Ok(pipeline.clone()),
            _ => Err(bad_handle(handle, "a pipeline")),
        }
    }

    pub(super) fn queries(&self, handle: i32) -> Result<QuerySet, Error> {
        match self.things.get(handle) {
            Some(Thing::Queries(queries)) => Ok(queries.clone()),
            _ => Err(bad_handle(handle, "a set of queries")),
        }
    }

    fn layout(&self, handle: i32) -> Result<Layout, Error> {
        match self.things.get(handle) {
            Some(Thing::Layout(layout)) => Ok(layout.clone()),
            _ => Err(bad_handle(handle, "a layout of bindings")),
        }
    }
}
