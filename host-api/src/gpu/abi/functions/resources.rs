//! Buffers, shaders, pipelines, and what binds them.

use super::Result;
use crate::gpu::abi::bytes::{list, text, u32_at, u64_at};
use crate::gpu::guest::{Bound, Context, Slot};

pub(in crate::gpu::abi) async fn buffer_create(
    guest: &mut Context,
    _: &mut [u8],
    device: i32,
    size: u64,
    usage: u32,
) -> Result<i32> {
    guest.create_buffer(device, size, usage).await
}

pub(in crate::gpu::abi) async fn shader_create(
    guest: &mut Context,
    memory: &mut [u8],
    device: i32,
    wgsl: u32,
    length: u32,
) -> Result<i32> {
    guest.create_shader(device, text(memory, wgsl, length)?).await
}

#[allow(clippy::too_many_arguments, reason = "they are the guest's")]
pub(in crate::gpu::abi) async fn pipeline_create(
    guest: &mut Context,
    memory: &mut [u8],
    device: i32,
    shader: i32,
    layout: i32,
    entry: u32,
    entry_length: u32,
    constants: u32,
    count: u32,
) -> Result<i32> {
    let entry = text(memory, entry, entry_length)?;
    let entry = Some(entry.to_owned()).filter(|entry| !entry.is_empty());
    let constants = list::<16>(memory, constants, count)?.iter().map(|item| {
        let name = text(memory, u32_at(item, 0), u32_at(item, 4))?;
        Ok((name.to_owned(), f64::from_bits(u64_at(item, 8))))
    });
    let constants = constants.collect::<Result<Vec<_>>>()?;
    guest.create_pipeline(device, shader, layout, entry, constants).await
}

pub(in crate::gpu::abi) async fn pipeline_layout(
    guest: &mut Context,
    memory: &mut [u8],
    device: i32,
    layouts: u32,
    count: u32,
    immediates: u32,
) -> Result<i32> {
    let layouts = list::<4>(memory, layouts, count)?.iter().map(|item| i32::from_le_bytes(*item));
    let layouts: Vec<i32> = layouts.collect();
    guest.create_pipeline_layout(device, &layouts, immediates).await
}

pub(in crate::gpu::abi) async fn bind_group_layout(
    guest: &mut Context,
    memory: &mut [u8],
    device: i32,
    entries: u32,
    count: u32,
) -> Result<i32> {
    let slots = list::<24>(memory, entries, count)?.iter().map(|item| Slot {
        binding: u32_at(item, 0),
        kind: u32_at(item, 4),
        dynamic: u32_at(item, 8) != 0,
        least: u64_at(item, 16),
    });
    let slots: Vec<Slot> = slots.collect();
    guest.create_layout(device, &slots).await
}

pub(in crate::gpu::abi) async fn pipeline_get_layout(
    guest: &mut Context,
    _: &mut [u8],
    pipeline: i32,
    group: u32,
) -> Result<i32> {
    guest.layout_of(pipeline, group).await
}

pub(in crate::gpu::abi) async fn bind_group(
    guest: &mut Context,
    memory: &mut [u8],
    device: i32,
    layout: i32,
    entries: u32,
    count: u32,
) -> Result<i32> {
    let bound = list::<24>(memory, entries, count)?.iter().map(|item| Bound {
        binding: u32_at(item, 0),
        buffer: u32_at(item, 4).cast_signed(),
        offset: u64_at(item, 8),
        size: u64_at(item, 16),
    });
    let bound: Vec<Bound> = bound.collect();
    guest.create_group(device, layout, &bound).await
}

pub(in crate::gpu::abi) async fn query_set(
    guest: &mut Context,
    _: &mut [u8],
    device: i32,
    count: u32,
) -> Result<i32> {
    guest.create_queries(device, count).await
}
