//! What the host has names for.

use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::shared_memory::Mapping;
use super::super::wire::{Id, Place};
use super::Nonsense;

/// Something of the device.
#[derive(Debug)]
pub(super) enum Object {
    Buffer(wgpu::Buffer),
    Layout(wgpu::BindGroupLayout),
    Group(wgpu::BindGroup),
    PipelineLayout(wgpu::PipelineLayout),
    Shader(wgpu::ShaderModule),
    Pipeline(wgpu::ComputePipeline),
    Queries(wgpu::QuerySet),
    Commands(wgpu::CommandBuffer),
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Objects(Mutex<HashMap<Id, Object>>);

macro_rules! getters {
    ($($name:ident: $variant:ident($ty:ty)),* $(,)?) => {
        $(
            pub(super) fn $name(&self, id: Id) -> Result<$ty, Nonsense> {
                match self.all().get(&id) {
                    Some(Object::$variant(object)) => Ok(object.clone()),
                    _ => Err(Nonsense(format!(concat!("{} is no ", stringify!($name)), id))),
                }
            }
        )*
    };
}

impl Objects {
    getters! {
        buffer: Buffer(wgpu::Buffer),
        layout: Layout(wgpu::BindGroupLayout),
        group: Group(wgpu::BindGroup),
        pipeline_layout: PipelineLayout(wgpu::PipelineLayout),
        shader: Shader(wgpu::ShaderModule),
        pipeline: Pipeline(wgpu::ComputePipeline),
        queries: Queries(wgpu::QuerySet),
    }

    pub(super) fn put(&self, id: Id, object: Object) {
        let before = self.all().insert(id, object);
        // Not while others wait to have a look.
        drop(before);
    }

    /// Drops something. What was submitted is gone already.
    pub(super) fn drop(&self, id: Id) {
        let object = self.all().remove(&id);
        drop(object);
    }

    /// Commands, which are submitted once.
    pub(super) fn commands(&self, id: Id) -> Result<wgpu::CommandBuffer, Nonsense> {
        match self.all().remove(&id) {
            Some(Object::Commands(commands)) => Ok(commands),
            _ => Err(Nonsense(format!("{id} is no commands"))),
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Id, Object>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Memory that the host has, too.
#[derive(Debug, Default)]
pub(super) struct Slabs(Mutex<HashMap<u32, Arc<Mapping>>>);

/// A part of that.
pub(super) struct Part {
    /// Kept for as long as the part.
    _mapping: Arc<Mapping>,
    bytes: NonNull<[u8]>,
}

#[allow(unsafe_code, reason = "memory that another process has, too")]
// SAFETY: it is memory like any other, and what keeps it mapped goes with it.
unsafe impl Send for Part {}

impl Slabs {
    pub(super) fn put(&self, slab: u32, mapping: Mapping) {
        self.all().insert(slab, Arc::new(mapping));
    }

    pub(super) fn drop(&self, slab: u32) {
        self.all().remove(&slab);
    }

    pub(super) fn part(&self, place: Place) -> Result<Part, Nonsense> {
        let mapping = self.all().get(&place.slab).cloned();
        let part = mapping.and_then(|mapping| {
            let bytes = mapping.part(place.at, place.length)?;
            Some(Part { _mapping: mapping, bytes })
        });
        part.filter(|_| place.length > 0).ok_or_else(|| Nonsense(format!("there is no {place:?}")))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<u32, Arc<Mapping>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    /// What lies there.
    #[allow(unsafe_code, reason = "memory that another process has, too")]
    pub(super) fn bytes(&self) -> &[u8] {
        // SAFETY: it lies within the mapping, which is there as long as this is. The host wrote to it before it asked
        // for it to be read, and leaves it alone until it hears that this is done.
        unsafe { self.bytes.as_ref() }
    }

    /// Puts as many bytes there as there is room for.
    #[allow(unsafe_code, reason = "as above")]
    pub(super) fn fill(&self, bytes: &[u8]) {
        let length = bytes.len().min(self.bytes.len());
        // SAFETY: as above, and the host does not look at it before it hears that it is filled; neither is part of the other.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.bytes.as_ptr().cast(), length) }
    }
}
