//! Data on its way to buffers and back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use wgpu::{BufferSize, BufferUsages};

use super::thing::{Buffer, Thing, Ticket};
use super::{Context, bad_handle};
use crate::gpu::device::Device;
use crate::gpu::meter::Taken;
use crate::gpu::{Errno, Error};

/// The most bytes that go at a time: what they pass through counts as memory of the GPU.
const PIECE: usize = 32 << 20;

impl Context {
    /// Writes to a buffer, before all that is submitted from now on.
    pub(in crate::gpu) async fn write(
        &mut self,
        buffer: i32,
        offset: u64,
        bytes: &[u8],
    ) -> Result<(), Error> {
        let Buffer { device, buffer, .. } =
            self.part(buffer, offset, bytes.len() as u64, BufferUsages::COPY_DST)?;
        let mut at = offset;
        for piece in bytes.chunks(PIECE) {
            let Some(length) = BufferSize::new(piece.len() as u64) else { continue };
            let taken = self.take_staging(&device, length.get()).await?;
            let mut view = device.start_write(buffer.clone(), at, length).await?;
            view.copy_from_slice(piece);
            device.send(move |worker| {
                drop(view.take());
                worker.written(taken);
            });
            at += length.get();
        }
        self.counters.sent(bytes.len() as u64);
        Ok(())
    }

    /// Reads from a buffer, after all that was submitted.
    pub(in crate::gpu) async fn read(
        &mut self,
        buffer: i32,
        offset: u64,
        bytes: &mut [u8],
    ) -> Result<(), Error> {
        let Buffer { device, buffer, .. } =
            self.part(buffer, offset, bytes.len() as u64, BufferUsages::COPY_SRC)?;
        let mut at = offset;
        for piece in bytes.chunks_mut(PIECE) {
            let length = piece.len() as u64;
            let taken = self.take_staging(&device, length).await?;
            let comes = device.start_read(buffer.clone(), at, length, taken);
            let mapped = {
                let _waiting = device.shared.waiting();
                device.shared.answered(comes).await??
            };
            piece.copy_from_slice(&mapped.view);
            device.put_back(mapped);
            at += length;
        }
        self.counters.received(bytes.len() as u64);
        Ok(())
    }

    /// Begins to read from a buffer.
    pub(in crate::gpu) async fn start_read(
        &mut self,
        buffer: i32,
        offset: u64,
        length: u64,
    ) -> Result<i32, Error> {
        let Buffer { device, buffer, .. } = self.part(buffer, offset, length, BufferUsages::COPY_SRC)?;
        if length == 0 {
            return Err(Error::invalid("there is nothing to read in 0 bytes"));
        }
        self.things.room()?;
        let taken = self.take_staging(&device, length).await?;
        let comes = device.start_read(buffer, offset, length, taken);
        self.things.add(Thing::Ticket(Ticket { device, comes, came: None, length }))
    }

    /// Gives what was read, which takes the ticket.
    pub(in crate::gpu) fn finish_read(&mut self, handle: i32, bytes: &mut [u8]) -> Result<(), Error> {
        let Some(Thing::Ticket(ticket)) = self.things.get_mut(handle) else {
            return Err(bad_handle(handle, "something that is being read"));
        };
        let device = ticket.device.clone();
        self.about = Some(device.clone());
        if bytes.len() as u64 != ticket.length {
            return Err(Error::invalid(format!("{} bytes are read, and not {}", ticket.length, bytes.len())));
        }
        match ticket.comes.try_recv() {
            Ok(Ok(mapped)) => ticket.came = Some(mapped),
            Ok(Err(error)) => {
                self.things.remove(handle);
                return Err(error);
            }
            Err(_) => {
                device.shared.check()?;
                return Err(Error::new(Errno::Again, "it is not read yet"));
            }
        }
        let Some(Thing::Ticket(Ticket { came: Some(mapped), .. })) = self.things.remove(handle) else {
            return Err(Error::internal("what was read is gone"));
        };
        bytes.copy_from_slice(&mapped.view);
        device.put_back(mapped);
        self.counters.received(bytes.len() as u64);
        Ok(())
    }

    /// Waits until a submission is done, or all where it is 0; for ever where the time is negative.
    pub(in crate::gpu) async fn wait(&mut self, device: i32, serial: u64, time: i64) -> Result<(), Error> {
        let device = self.device(device)?;
        let until =
            u64::try_from(time).ok().and_then(|time| Instant::now().checked_add(Duration::from_nanos(time)));
        let serial = match serial {
            // What was sent before is on its way when this is answered.
            0 => {
                let shared = device.shared.clone();
                device
                    .call(move |worker| {
                        worker.flush();
                        Ok(shared.last())
                    })
                    .await?
            }
            serial if serial > device.shared.last() => {
                return Err(Error::invalid(format!("there is no submission {serial} yet")));
            }
            serial => serial,
        };
        device.shared.wait(serial, until).await
    }

    /// A buffer that may be used so, and has such a part.
    fn part(&mut self, handle: i32, offset: u64, length: u64, usage: BufferUsages) -> Result<Buffer, Error> {
        let buffer = self.buffer(handle)?;
        if !buffer.usage.contains(usage) {
            let name = if usage == BufferUsages::COPY_DST { "CopyDst" } else { "CopySrc" };
            return Err(Error::validation(format!("the usage of the buffer lacks {name}")));
        }
        if !offset.is_multiple_of(wgpu::COPY_BUFFER_ALIGNMENT)
            || !length.is_multiple_of(wgpu::COPY_BUFFER_ALIGNMENT)
        {
            return Err(Error::invalid(format!(
                "{length} bytes at {offset}: both have to be multiples of 4"
            )));
        }
        if offset.checked_add(length).is_none_or(|end| end > buffer.size) {
            let text =
                format!("{length} bytes at {offset} are not all within the {} of the buffer", buffer.size);
            return Err(Error::validation(text));
        }
        buffer.device.shared.check()?;
        Ok(buffer)
    }

    /// Memory for data to pass through. Where there is none, that of what is under way is waited for.
    async fn take_staging(&mut self, device: &Arc<Device>, bytes: u64) -> Result<Taken, Error> {
        if let Some(taken) = self.counters.memory.take(bytes) {
            return Ok(taken);
        }
        let shared = device.shared.clone();
        let last = device.call(move |worker| {
            worker.trim();
            worker.flush();
            Ok(shared.last())
        });
        let last = last.await?;
        device.shared.wait(last, None).await?;
        // Dropped by the device's thread, before it does anything else.
        device.call(|_| Ok(())).await?;
        self.take_memory(bytes)
    }
}
