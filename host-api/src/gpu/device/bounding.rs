//! Whether a loop of a shader was left because the budget of its invocation was spent.

use std::fmt;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use wgpu::{
    BindGroup, BindGroupDescriptor, BindGroupEntry, BindGroupLayout, BindGroupLayoutDescriptor, Buffer,
    BufferDescriptor, BufferUsages, CommandEncoder, Device, Limits,
};

use super::readback::Readback;
use crate::gpu::shader::{Bounds, Loops};
use crate::gpu::{Errno, Error};

/// The bytes of the flag.
const FLAG: u64 = 4;
/// The most groups that wgpu has, whatever an adapter says.
pub(super) const MAX_GROUPS: u32 = 8;
/// Readers that are kept for other submissions.
pub(super) const MAX_READERS: usize = 4;

/// What a device has for its shaders' loops to end.
pub(in crate::gpu) struct Watch {
    pub(in crate::gpu) bounds: Bounds,
    pub(super) flag: Option<Flag>,
    /// Loops that count.
    loops: Mutex<Vec<Weak<Loops>>>,
}

/// Where a loop says that it was left: a buffer of its device that appears in no layout of its guest's.
#[derive(Debug)]
pub(super) struct Flag {
    /// The group whose first binding it is.
    pub(super) group: u32,
    pub(super) layout: BindGroupLayout,
    /// It, as that group.
    pub(super) bindings: BindGroup,
    buffer: Buffer,
}

/// Where a device has a flag.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Room {
    /// The group whose first binding it is.
    pub(super) group: u32,
    /// Whether its guest may have that group, too.
    pub(super) is_shared: bool,
}

/// The limits that a device is opened with whose guest is promised others, and where its flag is: there is one more storage
/// buffer, where the adapter has room for that, and one more group of bindings. Where it has no more groups, the last one is
/// the flag's in shaders that do not bind it.
pub(super) fn widened(promised: &Limits, most: &Limits) -> Option<(Limits, Room)> {
    let buffers = promised.max_storage_buffers_per_shader_stage.checked_add(1);
    let buffers = buffers.filter(|&buffers| buffers <= most.max_storage_buffers_per_shader_stage)?;
    let groups = promised.max_bind_groups;
    let (groups, room) = match groups < most.max_bind_groups.min(MAX_GROUPS) {
        true => (groups + 1, Room { group: groups, is_shared: false }),
        false => (groups, Room { group: groups.checked_sub(1)?, is_shared: true }),
    };
    let limits =
        Limits { max_bind_groups: groups, max_storage_buffers_per_shader_stage: buffers, ..promised.clone() };
    Some((limits, room))
}

/// The limits that guests may be promised of an adapter, so that there is room.
pub(in crate::gpu) fn narrowed(most: Limits) -> Limits {
    let least = Limits::defaults();
    let less = |most: u32, least: u32| if most > least { most - 1 } else { most };
    Limits {
        max_bind_groups: less(most.max_bind_groups.min(MAX_GROUPS), least.max_bind_groups),
        max_storage_buffers_per_shader_stage: less(
            most.max_storage_buffers_per_shader_stage,
            least.max_storage_buffers_per_shader_stage,
        ),
        ..most
    }
}

impl Watch {
    /// One for a device whose invocations go round no more often than this, with a flag where there is room.
    pub(super) fn new(device: &Device, budget: u32, room: Option<Room>) -> Watch {
        let group = room.map(|room| room.group);
        let is_shared = room.is_some_and(|room| room.is_shared);
        let bounds = Bounds { budget, flag: group, is_shared, next: AtomicU32::new(1) };
        let flag = group.map(|group| Flag::new(device, group));
        Watch { bounds, flag, loops: Mutex::default() }
    }

    /// Remembers loops, for as long as somebody else does.
    pub(super) fn remember(&self, loops: &Arc<Loops>) {
        let mut all = self.loops.lock().unwrap_or_else(PoisonError::into_inner);
        // As often as there are twice as many, so that it takes no more than adding them does.
        if all.len() == all.capacity() {
            all.retain(|loops| loops.strong_count() > 0);
        }
        all.push(Arc::downgrade(loops));
    }

    /// What is said of a loop that was left.
    pub(super) fn told(&self, number: u32) -> Error {
        let all = self.loops.lock().unwrap_or_else(PoisonError::into_inner);
        let loops: Vec<Arc<Loops>> = all.iter().filter_map(Weak::upgrade).collect();
        let place = loops.iter().find_map(|loops| loops.place(number));
        let place = match place {
            Some(place) => format!("line {}, `{}`", place.line, place.text),
            None => "a shader that is closed".to_owned(),
        };
        let budget = self.bounds.budget;
        Error::new(
            Errno::Quota,
            format!(
                "a loop was left before its end ({place}): an invocation may go round {budget} times, in all its loops \
                 together; what the shader computed is not what it should be"
            ),
        )
    }
}

impl Flag {
    fn new(device: &Device, group: u32) -> Flag {
        let entry = wgpu::BindGroupLayoutEntry {
            binding: 0,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty: wgpu::BufferBindingType::Storage { read_only: false },
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        };
        let layout =
            device.create_bind_group_layout(&BindGroupLayoutDescriptor { label: None, entries: &[entry] });
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
        let buffer = device.create_buffer(&BufferDescriptor {
            label: None,
            size: FLAG,
            usage,
            mapped_at_creation: false,
        });
        let bindings = bind(device, &layout, &buffer);
        Flag { group, layout, bindings, buffer }
    }

    /// It, as a group of a pipeline that has a layout of its own.
    pub(super) fn of_pipeline(&self, device: &Device, pipeline: &wgpu::ComputePipeline) -> BindGroup {
        bind(device, &pipeline.get_bind_group_layout(self.group), &self.buffer)
    }

    /// Has it come, and be clear for what follows.
    pub(super) fn read_after(&self, encoder: &mut CommandEncoder, reader: Readback) -> Readback {
        reader.copy(encoder, &self.buffer, FLAG);
        encoder.clear_buffer(&self.buffer, 0, None);
        reader
    }
}

/// What reads the flag: one of those that are kept, or a new one.
pub(super) fn reader(kept: &mut Vec<Readback>, device: &Device) -> Readback {
    kept.pop().unwrap_or_else(|| Readback::new(device, FLAG))
}

/// To be called when what it reads is submitted.
pub(super) fn map(reader: &Readback) {
    reader.map(FLAG);
}

/// The number of a loop that was left, once the submission is done; 0 where none was, and nothing where it can't be told.
pub(super) fn left(reader: &Readback) -> Option<u32> {
    reader.read(FLAG, |bytes| bytes.try_into().map_or(0, u32::from_le_bytes))
}

fn bind(device: &Device, layout: &BindGroupLayout, buffer: &Buffer) -> BindGroup {
    let entries = [BindGroupEntry { binding: 0, resource: buffer.as_entire_binding() }];
    device.create_bind_group(&BindGroupDescriptor { label: None, layout, entries: &entries })
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("bounds", &self.bounds).finish_non_exhaustive()
    }
}
