//! What a handle may stand for.

use std::sync::Arc;

use crate::gpu::device::{
    Bindings, Buffer, Device, Layout, Mapped, Pipeline, PipelineLayout, QuerySet, Reading, Recording,
    Resource, Shader,
};

/// What a handle stands for.
#[derive(Debug)]
pub(super) enum Thing {
    Device(Arc<Device>),
    Buffer(Buffer),
    Shader(Shader),
    Layout(Layout),
    PipelineLayout(PipelineLayout),
    Pipeline(Pipeline),
    Group(Bindings),
    Queries(QuerySet),
    Encoder(Encoder),
    Pass { device: Arc<Device>, encoder: i32 },
    Ticket(Ticket),
}

/// What records.
#[derive(Debug)]
pub(super) struct Encoder {
    pub(super) recording: Recording,
    /// The pass that is open.
    pub(super) pass: Option<i32>,
}

/// What is being read.
#[derive(Debug)]
pub(super) struct Ticket {
    pub(super) reading: Reading,
    pub(super) came: Option<Resource<Mapped>>,
}

impl Thing {
    /// The device that it is of.
    pub(super) fn device(&self) -> &Arc<Device> {
        match self {
            Thing::Device(device) | Thing::Pass { device, .. } => device,
            Thing::Buffer(buffer) => &buffer.device,
            Thing::Shader(shader) => &shader.device,
            Thing::Layout(layout) => &layout.device,
            Thing::PipelineLayout(layout) => &layout.device,
            Thing::Pipeline(pipeline) => &pipeline.device,
            Thing::Group(group) => &group.device,
            Thing::Queries(queries) => &queries.device,
            Thing::Encoder(encoder) => &encoder.recording.device,
            Thing::Ticket(ticket) => &ticket.reading.device,
        }
    }
}

impl Encoder {
    /// Ends the pass that is open, if one is.
    pub(super) fn end(&mut self) {
        if self.pass.take().is_some() {
            self.recording.end_pass();
        }
    }
}
