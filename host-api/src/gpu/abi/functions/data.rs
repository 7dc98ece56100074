//! Data on its way, and waiting.

use super::Result;
use crate::gpu::abi::bytes::{bytes, bytes_mut};
use crate::gpu::guest::Context;

pub(in crate::gpu::abi) async fn buffer_write(
    guest: &mut Context,
    memory: &mut [u8],
    buffer: i32,
    offset: u64,
    data: u32,
    length: u32,
) -> Result<i32> {
    guest.write(buffer, offset, bytes(memory, data, length)?).await.map(|()| 0)
}

pub(in crate::gpu::abi) async fn buffer_read(
    guest: &mut Context,
    memory: &mut [u8],
    buffer: i32,
    offset: u64,
    out: u32,
    length: u32,
) -> Result<i32> {
    guest.read(buffer, offset, bytes_mut(memory, out, length)?).await.map(|()| 0)
}

pub(in crate::gpu::abi) async fn read_start(
    guest: &mut Context,
    _: &mut [u8],
    buffer: i32,
    offset: u64,
    length: u32,
) -> Result<i32> {
    guest.start_read(buffer, offset, length.into()).await
}

pub(in crate::gpu::abi) fn read_finish(
    guest: &mut Context,
    memory: &mut [u8],
    ticket: i32,
    out: u32,
    length: u32,
) -> Result<i32> {
    guest.finish_read(ticket, bytes_mut(memory, out, length)?).map(|()| 0)
}

pub(in crate::gpu::abi) async fn wait(
    guest: &mut Context,
    _: &mut [u8],
    device: i32,
    serial: u64,
    time: i64,
) -> Result<i32> {
    guest.wait(device, serial, time).await.map(|()| 0)
}
