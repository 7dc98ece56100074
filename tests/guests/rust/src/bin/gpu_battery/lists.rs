//! Lists as they go to the host.

use dayfly_gpu::raw;
use dayfly_gpu::Handle;
use gpu_battery::{Bound, Kind, Slot};

/// Places for buffers.
pub fn slots(slots: &[Slot]) -> Vec<raw::Slot> {
    let slot = |slot: &Slot| raw::Slot {
        binding: slot.binding,
        kind: match slot.kind {
            Kind::Uniform => 2,
            Kind::Storage => 3,
            Kind::ReadOnly => 4,
        },
        has_dynamic_offset: slot.dynamic.into(),
        reserved: 0,
        min_size: slot.least,
    };
    slots.iter().map(slot).collect()
}

/// Parts of buffers in such places.
pub fn bound(bound: &[Bound<'_, Handle>]) -> Vec<raw::Binding> {
    let part = |bound: &Bound<'_, Handle>| raw::Binding {
        binding: bound.binding,
        buffer: *bound.buffer,
        offset: bound.offset,
        size: bound.size.unwrap_or(0),
    };
    bound.iter().map(part).collect()
}

/// Constants, by their names.
pub fn constants(constants: &[(&str, f64)]) -> Vec<raw::Constant> {
    let constant = |(name, value): &(&str, f64)| raw::Constant {
        name: name.as_ptr(),
        name_length: name.len(),
        value: *value,
    };
    constants.iter().map(constant).collect()
}
