//! Recording and submitting.

use super::Result;
use crate::gpu::abi::bytes::{bytes, give, list};
use crate::gpu::guest::Context;

/// No index.
const NONE: u32 = u32::MAX;

pub(in crate::gpu::abi) fn encoder(guest: &mut Context, _: &mut [u8], device: i32) -> Result<i32> {
    guest.create_encoder(device)
}

#[allow(clippy::too_many_arguments, reason = "they are the guest's")]
pub(in crate::gpu::abi) fn buffer_copy(
    guest: &mut Context,
    _: &mut [u8],
    encoder: i32,
    source: i32,
    source_offset: u64,
    target: i32,
    target_offset: u64,
    size: u64,
) -> Result<i32> {
    guest.copy(encoder, (source, source_offset), (target, target_offset), size).map(|()| 0)
}

pub(in crate::gpu::abi) fn buffer_clear(
    guest: &mut Context,
    _: &mut [u8],
    encoder: i32,
    buffer: i32,
    offset: u64,
    size: u64,
) -> Result<i32> {
    guest.clear(encoder, buffer, offset, size).map(|()| 0)
}

#[allow(clippy::too_many_arguments, reason = "they are the guest's")]
pub(in crate::gpu::abi) fn query_resolve(
    guest: &mut Context,
    _: &mut [u8],
    encoder: i32,
    set: i32,
    first: u32,
    count: u32,
    buffer: i32,
    offset: u64,
) -> Result<i32> {
    guest.resolve(encoder, set, (first, count), buffer, offset).map(|()| 0)
}

pub(in crate::gpu::abi) fn pass_begin(
    guest: &mut Context,
    _: &mut [u8],
    encoder: i32,
    set: i32,
    begin: u32,
    end: u32,
) -> Result<i32> {
    let index = |index: u32| Some(index).filter(|index| *index != NONE);
    guest.begin_pass(encoder, set, index(begin), index(end))
}

pub(in crate::gpu::abi) fn pass_pipeline(
    guest: &mut Context,
    _: &mut [u8],
    pass: i32,
    pipeline: i32,
) -> Result<i32> {
    guest.set_pipeline(pass, pipeline).map(|()| 0)
}

pub(in crate::gpu::abi) fn pass_bind(
    guest: &mut Context,
    memory: &mut [u8],
    pass: i32,
    index: u32,
    group: i32,
    offsets: u32,
    count: u32,
) -> Result<i32> {
    let offsets = list::<4>(memory, offsets, count)?.iter().map(|item| u32::from_le_bytes(*item));
    guest.bind(pass, index, group, offsets.collect()).map(|()| 0)
}

pub(in crate::gpu::abi) fn pass_immediates(
    guest: &mut Context,
    memory: &mut [u8],
    pass: i32,
    offset: u32,
    data: u32,
    length: u32,
) -> Result<i32> {
    guest.set_immediates(pass, offset, bytes(memory, data, length)?).map(|()| 0)
}

pub(in crate::gpu::abi) fn pass_dispatch(
    guest: &mut Context,
    _: &mut [u8],
    pass: i32,
    x: u32,
    y: u32,
    z: u32,
) -> Result<i32> {
    guest.dispatch(pass, [x, y, z]).map(|()| 0)
}

pub(in crate::gpu::abi) fn pass_dispatch_indirect(
    guest: &mut Context,
    _: &mut [u8],
    pass: i32,
    buffer: i32,
    offset: u64,
) -> Result<i32> {
    guest.dispatch_indirect(pass, buffer, offset).map(|()| 0)
}

pub(in crate::gpu::abi) fn pass_end(guest: &mut Context, _: &mut [u8], pass: i32) -> Result<i32> {
    guest.end_pass(pass).map(|()| 0)
}

/// The number of the submission is written where there is a place for it.
pub(in crate::gpu::abi) async fn submit(
    guest: &mut Context,
    memory: &mut [u8],
    encoder: i32,
    out: u32,
) -> Result<i32> {
    let room = if out == 0 { 0 } else { 8 };
    bytes(memory, out, room)?;
    let serial = guest.submit(encoder).await?;
    give(memory, out, room, &serial.to_le_bytes()).map(|_| 0)
}
