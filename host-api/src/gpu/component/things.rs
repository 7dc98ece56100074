//! What a guest's handles stand for.
#![allow(unreachable_pub, reason = "what is made of the WIT text has them as public")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::label::Label;
use super::mapping::Mapping;
use super::opened::Opened;
use crate::gpu::Error;
use crate::gpu::device::{self, Messages, Recording};
use crate::gpu::meter::Taken;

/// All GPUs of the guest.
pub struct Gpu;

/// One of them, by its number.
pub struct Adapter {
    pub(super) index: u32,
}

pub struct AdapterInfo {
    pub(super) info: wgpu::AdapterInfo,
}

pub struct SupportedFeatures(pub(super) wgpu::Features);

pub struct SupportedLimits(pub(super) wgpu::Limits);

pub struct LanguageFeatures;

pub struct Device {
    pub(super) opened: Arc<Opened>,
    pub(super) label: Label,
}

pub struct Queue {
    pub(super) opened: Arc<Opened>,
    pub(super) label: Label,
}

pub struct DeviceLostInfo {
    pub(super) is_destroyed: bool,
    pub(super) message: String,
}

/// An error.
pub struct Fault(pub(super) Error);

pub struct Buffer {
    pub(super) opened: Arc<Opened>,
    /// None where it is invalid.
    pub(super) buffer: Option<device::Buffer>,
    pub(super) size: u64,
    /// As the guest asked for it.
    pub(super) usage: wgpu::BufferUsages,
    pub(super) mapping: Mapping,
    pub(super) label: Label,
}

/// Something that is made once and then used as it is.
macro_rules! made {
    ($($name:ident: $of:ty),* $(,)?) => {
        $(pub struct $name {
            /// None where it is invalid.
            pub(super) made: Option<$of>,
            pub(super) label: Label,
        })*
    };
}

made! {
    BindGroup: device::Bindings,
    BindGroupLayout: device::Layout,
    PipelineLayout: device::PipelineLayout,
}

pub struct ComputePipeline {
    pub(super) opened: Arc<Opened>,
    /// None where it is invalid.
    pub(super) made: Option<device::Pipeline>,
    pub(super) label: Label,
}

pub struct ShaderModule {
    /// None where it is invalid.
    pub(super) made: Option<device::Shader>,
    pub(super) said: Arc<Said>,
    pub(super) label: Label,
}

/// What the compiler says of a shader.
pub(super) struct Said {
    pub(super) messages: Messages,
    /// What it takes of what its guest may keep.
    pub(super) _taken: Option<Taken>,
}

pub struct CompilationInfo(pub(super) Arc<Said>);

/// One of the messages, by its number.
pub struct CompilationMessage {
    pub(super) said: Arc<Said>,
    pub(super) index: usize,
}

pub struct QuerySet {
    /// None where it is invalid, or was destroyed.
    pub(super) made: Option<device::QuerySet>,
    pub(super) is_timestamps: bool,
    pub(super) count: u32,
    pub(super) label: Label,
}

pub struct CommandEncoder {
    pub(super) opened: Arc<Opened>,
    pub(super) draft: Arc<Mutex<Draft>>,
    pub(super) label: Label,
}

pub struct ComputePass {
    pub(super) opened: Arc<Opened>,
    pub(super) draft: Arc<Mutex<Draft>>,
    /// Debug groups that are open.
    pub(super) groups: u32,
    pub(super) is_ended: bool,
    pub(super) label: Label,
}

/// What an encoder and its passes record together.
pub(super) struct Draft {
    /// None where it is finished.
    pub(super) recording: Option<Recording>,
    /// The first one, which is told of when it is finished.
    pub(super) error: Option<Error>,
    pub(super) has_open_pass: bool,
    /// Debug groups that are open.
    pub(super) groups: u32,
}

pub struct CommandBuffer {
    /// None where it is invalid, or submitted.
    pub(super) made: Option<Recording>,
    pub(super) label: Label,
}

/// Values by names, each with what it takes of what its guest may keep.
pub(super) type Record<V> = BTreeMap<String, (V, Taken)>;

/// Values for the constants of a shader that can be overridden.
#[derive(Default)]
pub struct Constants(pub(super) Record<f64>);

/// Limits that a device is asked for.
#[derive(Default)]
pub struct Sizes(pub(super) Record<Option<u64>>);

/// Something that there is none of.
macro_rules! nothing {
    ($($name:ident),* $(,)?) => {
        $(#[derive(Default)]
        pub struct $name;)*
    };
}

// Canvases are never had, and events are not what tells of errors; of the others the first text has functions only.
nothing! {
    BufferUsage,
    CanvasContext,
    ColorWrite,
    MapMode,
    ShaderStage,
    TextureUsage,
    UncapturedErrorEvent,
}

/// Where a guest of the first text would draw.
pub struct GraphicsContext;

/// What it would draw on.
pub struct AbstractBuffer;

/// Something of graphics: never valid, as dayfly computes only.
macro_rules! graphics {
    ($($name:ident),* $(,)?) => {
        $(#[derive(Default)]
        pub struct $name {
            pub(super) label: Label,
        })*
    };
}

graphics! {
    RenderBundle,
    RenderBundleEncoder,
    RenderPass,
    RenderPipeline,
    Sampler,
    Texture,
    TextureView,
}
