//! Data on its way to buffers and back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot::error::TryRecvError;
use wgpu::{BufferSize, BufferUsages};

use super::thing::{Buffer, Thing, Ticket};
use super::{Context, bad_handle};
use crate::gpu::device::Device;
use crate::gpu::meter::Taken;
use crate::gpu::{Errno, Error};

/// The most bytes that go at a time: what they pass through counts as memory of the GPU.
const PIECE: usize = 32 << 20;
/// What a buffer takes of the host that data passes through, besides the data, in bytes.
const STAGING: u64 = 4 << 10;

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
            self.turn(&device).await?;
            let taken = self.take_staging(&device, length.get()).await?;
            let mut view = device.start_write(buffer.clone(), at, length).await?;
            view.copy_from_slice(piece);
            device.shared.set_behind(true);
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
            self.turn(&device).await?;
            let taken = self.take_staging(&device, length).await?;
            let comes = device.start_read(buffer.clone(), at, length, taken).await?;
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
        self.turn(&device).await?;
        let taken = self.take_staging(&device, length).await?;
        let comes = device.start_read(buffer, offset, length, taken).await?;
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
            Err(TryRecvError::Empty) => {
                device.shared.check()?;
                return Err(Error::new(Errno::Again, "it is not read yet"));
            }
            Err(TryRecvError::Closed) => {
                self.things.remove(handle);
                return Err(device.shared.closed());
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
            // What was written is on its way when this is answered.
            0 if device.shared.is_behind() => match until {
                None => device.flush().await?,
                Some(until) => {
                    let flushed = tokio::time::timeout_at(until.into(), device.flush()).await;
                    flushed.map_err(|_| {
                        Error::new(Errno::TimedOut, "what was asked of the device is not done yet")
                    })??
                }
            },
            0 => device.shared.last(),
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
    async fn take_staging(&self, device: &Arc<Device>, bytes: u64) -> Result<Taken, Error> {
        self.take_memory(device, bytes.saturating_add(STAGING)).await
    }

    /// Waits until one more submission may be under way.
    pub(super) async fn turn(&self, device: &Device) -> Result<(), Error> {
        while let Some(serial) = device.shared.over(self.quotas.in_flight) {
            device.shared.wait(serial, None).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::{Gpus, Quotas};

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    fn context() -> Context {
        Context::new(Gpus::noop(Quotas::default()).reserve(1).unwrap())
    }

    #[test]
    fn waiting_ends_in_time_while_the_thread_of_the_device_is_busy() {
        runtime().block_on(async {
            let mut context = context();
            let handle = context.open(0, 0, &[]).await.unwrap();
            let buffer = context.create_buffer(handle, 16, 8).await.unwrap();
            context.write(buffer, 0, &[0; 16]).await.unwrap();
            let device = context.device(handle).unwrap();
            let (go_on, waits) = std::sync::mpsc::channel::<()>();
            device.send(move |_| {
                let _ = waits.recv_timeout(Duration::from_secs(20));
            });
            let began = Instant::now();
            let error = context.wait(handle, 0, 1_000_000).await.unwrap_err();
            assert_eq!(error.errno, Errno::TimedOut);
            assert!(began.elapsed() < Duration::from_secs(10));
            drop(go_on);
            // What was not waited for is not forgotten.
            context.wait(handle, 0, -1).await.unwrap();
            assert!(!device.shared.is_behind());
        });
    }

    #[test]
    fn what_is_never_read_is_lost_and_takes_its_ticket() {
        runtime().block_on(async {
            let mut context = context();
            let handle = context.open(0, 0, &[]).await.unwrap();
            let device = context.device(handle).unwrap();
            let (answer, comes) = tokio::sync::oneshot::channel();
            let ticket = Ticket { device, comes, came: None, length: 4 };
            let ticket = context.things.add(Thing::Ticket(ticket)).unwrap();
            assert_eq!(context.finish_read(ticket, &mut [0; 4]).unwrap_err().errno, Errno::Again);
            drop(answer);
            assert_eq!(context.finish_read(ticket, &mut [0; 4]).unwrap_err().errno, Errno::Lost);
            assert_eq!(context.finish_read(ticket, &mut [0; 4]).unwrap_err().errno, Errno::BadHandle);
        });
    }

    /// A guest that begins to read, and gives that up, again and again, leaves nothing behind that grows.
    #[test]
    fn no_more_reads_are_under_way_than_submissions_may_be() {
        runtime().block_on(async {
            let mut context = context();
            let handle = context.open(0, 0, &[]).await.unwrap();
            let buffer = context.create_buffer(handle, 16, 4).await.unwrap();
            let device = context.device(handle).unwrap();
            let most = context.quotas.in_flight;
            for _ in 0..200 {
                let ticket = context.start_read(buffer, 0, 4).await.unwrap();
                assert!(device.shared.over(most + 1).is_none(), "more than {most} are under way");
                context.close(ticket).unwrap();
            }
            let mut tickets = Vec::new();
            for _ in 0..100 {
                tickets.push(context.start_read(buffer, 0, 4).await.unwrap());
                // What takes memory of the host counts for more than its bytes.
                assert!(context.counters.memory.used() >= tickets.len() as u64 * 4096);
            }
        });
    }
}
