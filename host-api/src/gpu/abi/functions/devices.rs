//! What GPUs there are, devices of them, and what became of calls.

use super::Result;
use crate::gpu::abi::VERSION;
use crate::gpu::abi::bytes::{bytes, give, numbers, u32_at, u64_at};
use crate::gpu::guest::Context;
use crate::gpu::{Error, features};

pub(in crate::gpu::abi) fn version(_: &mut Context, _: &mut [u8]) -> Result<i32> {
    Ok(VERSION)
}

pub(in crate::gpu::abi) fn gpu_count(guest: &mut Context, _: &mut [u8]) -> Result<i32> {
    Ok(i32::try_from(guest.count()).unwrap_or(i32::MAX))
}

pub(in crate::gpu::abi) fn gpu_features(guest: &mut Context, _: &mut [u8], index: u32) -> Result<i64> {
    Ok(features::bits(guest.adapter(index)?.driver().features()).cast_signed())
}

pub(in crate::gpu::abi) fn gpu_info(
    guest: &mut Context,
    memory: &mut [u8],
    index: u32,
    out: u32,
    room: u32,
) -> Result<i32> {
    bytes(memory, out, room)?;
    let adapter = guest.adapter(index)?;
    let info = &adapter.info;
    let kind = match info.device_type {
        wgpu::DeviceType::DiscreteGpu => 1_u32,
        wgpu::DeviceType::IntegratedGpu => 2,
        wgpu::DeviceType::Cpu => 3,
        wgpu::DeviceType::VirtualGpu | wgpu::DeviceType::Other => 4,
    };
    let words = [kind, info.vendor, info.device, info.subgroup_min_size, info.subgroup_max_size];
    let mut all: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    all.extend(u32::try_from(info.name.len()).unwrap_or_default().to_le_bytes());
    all.extend(numbers(&[guest.memory(adapter), features::bits(adapter.driver().features())]));
    all.extend(info.name.as_bytes());
    give(memory, out, room, &all)
}

pub(in crate::gpu::abi) async fn device_open(
    guest: &mut Context,
    memory: &mut [u8],
    index: u32,
    description: u32,
    length: u32,
) -> Result<i32> {
    let described = bytes(memory, description, length)?;
    if length == 0 {
        return guest.open(index, 0, &[]).await;
    }
    let (Some((head, limits)), 16..) = (described.split_at_checked(16), length) else {
        return Err(Error::invalid("a description of a device has 16 bytes at least"));
    };
    let (limits, rest) = limits.as_chunks::<16>();
    if limits.len() != u32_at(head, 8) as usize || !rest.is_empty() {
        return Err(Error::invalid("a description of a device has 16 bytes, and 16 for each limit"));
    }
    let limits: Vec<(u32, u64)> = limits.iter().map(|limit| (u32_at(limit, 0), u64_at(limit, 8))).collect();
    guest.open(index, u64_at(head, 0), &limits).await
}

pub(in crate::gpu::abi) fn device_limits(
    guest: &mut Context,
    memory: &mut [u8],
    device: i32,
    out: u32,
    room: u32,
) -> Result<i32> {
    bytes(memory, out, room)?;
    let limits = features::limits(&guest.device(device)?.limits);
    give(memory, out, room, &numbers(&limits))
}

pub(in crate::gpu::abi) fn device_features(guest: &mut Context, _: &mut [u8], device: i32) -> Result<i64> {
    Ok(features::bits(guest.device(device)?.features).cast_signed())
}

pub(in crate::gpu::abi) fn device_status(guest: &mut Context, _: &mut [u8], device: i32) -> Result<i32> {
    guest.device(device)?.shared.check().map(|()| 0)
}

pub(in crate::gpu::abi) fn device_usage(
    guest: &mut Context,
    memory: &mut [u8],
    device: i32,
    out: u32,
    room: u32,
) -> Result<i32> {
    bytes(memory, out, room)?;
    let device = guest.device(device)?;
    let counters = &device.shared.counters;
    let (meter, usage) = (&counters.memory, counters.usage());
    let all = [
        meter.used(),
        meter.limit(),
        usage.peak_memory_bytes,
        usage.gpu_ns,
        usage.submissions,
        usage.sent_bytes,
        usage.received_bytes,
        usage.compile_ns,
        (f64::from(device.tick) * 1e6) as u64,
    ];
    give(memory, out, room, &numbers(&all))
}

pub(in crate::gpu::abi) fn close(guest: &mut Context, _: &mut [u8], handle: i32) -> Result<i32> {
    guest.close(handle).map(|()| 0)
}

pub(in crate::gpu::abi) fn error_push(
    guest: &mut Context,
    _: &mut [u8],
    device: i32,
    filter: u32,
) -> Result<i32> {
    guest.push_scope(device, filter).map(|()| 0)
}

/// Gives the length of the text; the kind is written first.
pub(in crate::gpu::abi) fn error_pop(
    guest: &mut Context,
    memory: &mut [u8],
    device: i32,
    kind: u32,
    out: u32,
    room: u32,
) -> Result<i32> {
    bytes(memory, kind, 4)?;
    bytes(memory, out, room)?;
    let caught = guest.pop_scope(device)?;
    let number = caught.as_ref().map_or(0, |error| error.errno as u32);
    give(memory, kind, 4, &number.to_le_bytes())?;
    give(memory, out, room, caught.map(|error| error.text).unwrap_or_default().as_bytes())
}

pub(in crate::gpu::abi) fn gpu_last_error(
    guest: &mut Context,
    memory: &mut [u8],
    out: u32,
    room: u32,
) -> Result<i32> {
    give(memory, out, room, guest.last_error().as_bytes())
}
