//! What layouts, groups and errors are in terms of the interface.

use gpu_battery::{Bound, Fault, Filter, Kind, Slot};

use crate::bindings::*;

/// A place for a buffer.
pub fn slot(slot: &Slot) -> GpuBindGroupLayoutEntry {
    let ty = match slot.kind {
        Kind::Uniform => GpuBufferBindingType::Uniform,
        Kind::Storage => GpuBufferBindingType::Storage,
        Kind::ReadOnly => GpuBufferBindingType::ReadOnlyStorage,
    };
    GpuBindGroupLayoutEntry {
        binding: slot.binding,
        visibility: GpuShaderStage::COMPUTE,
        buffer: Some(GpuBufferBindingLayout {
            type_: Some(ty),
            has_dynamic_offset: Some(slot.dynamic),
            min_binding_size: Some(slot.least),
        }),
        sampler: None,
        texture: None,
        storage_texture: None,
    }
}

/// A part of a buffer in such a place.
pub fn bound<'a>(bound: &Bound<'a, GpuBuffer>) -> GpuBindGroupEntry<'a> {
    let Bound { buffer, offset, size, .. } = *bound;
    let part = GpuBufferBinding { buffer, offset: Some(offset), size };
    GpuBindGroupEntry { binding: bound.binding, resource: GpuBindingResource::GpuBufferBinding(part) }
}

/// What a scope catches.
pub fn filter(filter: Filter) -> GpuErrorFilter {
    match filter {
        Fault::Validation => GpuErrorFilter::Validation,
        Fault::OutOfMemory => GpuErrorFilter::OutOfMemory,
        Fault::Internal => GpuErrorFilter::Internal,
    }
}

/// What went wrong.
pub fn fault(error: &GpuError) -> Fault {
    match error.kind() {
        GpuErrorKind::ValidationError => Fault::Validation,
        GpuErrorKind::OutOfMemoryError => Fault::OutOfMemory,
        GpuErrorKind::InternalError => Fault::Internal,
    }
}
