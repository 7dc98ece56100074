//! What a handle may stand for.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::gpu::Error;
use crate::gpu::device::{self, Command, Device, Group, Mapped, Resource};
use crate::gpu::meter::Taken;

type Kept<T> = Arc<Resource<T>>;

/// What a handle stands for.
#[derive(Debug)]
pub(super) enum Thing {
    Device(Arc<Device>),
    Buffer(Buffer),
    Shader { device: Arc<Device>, module: Kept<wgpu::ShaderModule>, bytes: usize },
    Layout { device: Arc<Device>, layout: Kept<wgpu::BindGroupLayout> },
    PipelineLayout { device: Arc<Device>, layout: Kept<wgpu::PipelineLayout> },
    Pipeline { device: Arc<Device>, pipeline: Kept<wgpu::ComputePipeline> },
    Group { device: Arc<Device>, group: Kept<Group> },
    Queries(Queries),
    Encoder(Recording),
    Pass { device: Arc<Device>, encoder: i32 },
    Ticket(Ticket),
}

#[derive(Clone, Debug)]
pub(super) struct Buffer {
    pub(super) device: Arc<Device>,
    pub(super) buffer: Kept<wgpu::Buffer>,
    pub(super) size: u64,
    pub(super) usage: wgpu::BufferUsages,
}

#[derive(Clone, Debug)]
pub(super) struct Queries {
    pub(super) device: Arc<Device>,
    pub(super) set: Kept<device::Queries>,
    pub(super) count: u32,
}

/// What was recorded so far.
#[derive(Debug)]
pub(super) struct Recording {
    pub(super) device: Arc<Device>,
    pub(super) commands: Vec<Command>,
    pub(super) taken: Vec<Taken>,
    /// The pass that is open.
    pub(super) pass: Option<i32>,
}

/// What is being read.
#[derive(Debug)]
pub(super) struct Ticket {
    pub(super) device: Arc<Device>,
    pub(super) comes: oneshot::Receiver<Result<Resource<Mapped>, Error>>,
    pub(super) came: Option<Resource<Mapped>>,
    pub(super) length: u64,
}

impl Thing {
    /// The device that it is of.
    pub(super) fn device(&self) -> &Arc<Device> {
        match self {
            Thing::Device(device)
            | Thing::Shader { device, .. }
            | Thing::Layout { device, .. }
            | Thing::PipelineLayout { device, .. }
            | Thing::Pipeline { device, .. }
            | Thing::Group { device, .. }
            | Thing::Pass { device, .. } => device,
            Thing::Buffer(buffer) => &buffer.device,
            Thing::Queries(queries) => &queries.device,
            Thing::Encoder(recording) => &recording.device,
            Thing::Ticket(ticket) => &ticket.device,
        }
    }
}

impl Recording {
    /// Ends the pass that is open, if one is.
    pub(super) fn end(&mut self) {
        if self.pass.take().is_some() {
            self.commands.push(Command::End);
        }
    }
}
