//! Data on its way to buffers and back, as a guest's thread sees it.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::oneshot;
use wgpu::{BufferSize, BufferUsages};

use super::{Buffer, Device, Mapped, Resource};
use crate::gpu::{Errno, Error};

/// The most bytes that go at a time: what they pass through counts as memory of the GPU.
const PIECE: usize = 32 << 20;
/// What a buffer takes of the host that data passes through, besides the data, in bytes.
const STAGING: u64 = 4 << 10;

/// Something that is being read.
#[derive(Debug)]
pub(in crate::gpu) struct Reading {
    pub(in crate::gpu) device: Arc<Device>,
    pub(in crate::gpu) comes: oneshot::Receiver<Result<Resource<Mapped>, Error>>,
    pub(in crate::gpu) length: u64,
}

impl Buffer {
    /// Writes to it, before all that is submitted from now on.
    ///
    /// # Errors
    /// It has no such part that may be written, or the device is lost.
    pub(in crate::gpu) async fn write(&self, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        self.part(offset, bytes.len() as u64, BufferUsages::COPY_DST, "CopyDst")?;
        self.put(offset, bytes).await
    }

    /// The same, whatever its guest may use it for.
    ///
    /// # Errors
    /// The device is lost.
    pub(in crate::gpu) async fn put(&self, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        let device = &self.device;
        let mut at = offset;
        for piece in bytes.chunks(PIECE) {
            let Some(length) = BufferSize::new(piece.len() as u64) else { continue };
            device.turn().await?;
            let taken = device.take_memory(length.get().saturating_add(STAGING)).await?;
            let mut view = device.start_write(self.data.clone(), at, length).await?;
            view.copy_from_slice(piece);
            device.shared.set_behind(true);
            device.send(move |worker| {
                drop(view.take());
                worker.written(taken);
            });
            at += length.get();
        }
        device.shared.counters.sent(bytes.len() as u64);
        Ok(())
    }

    /// Reads from it, after all that was submitted.
    ///
    /// # Errors
    /// It has no such part that may be read, or the device is lost.
    pub(in crate::gpu) async fn read(&self, offset: u64, bytes: &mut [u8]) -> Result<(), Error> {
        self.part(offset, bytes.len() as u64, BufferUsages::COPY_SRC, "CopySrc")?;
        let mut at = offset;
        for piece in bytes.chunks_mut(PIECE) {
            let length = piece.len() as u64;
            let mapped = self.get(at, length).await?.come().await?;
            piece.copy_from_slice(&mapped.view);
            self.device.put_back(mapped);
            at += length;
        }
        self.device.shared.counters.received(bytes.len() as u64);
        Ok(())
    }

    /// Begins to read from it.
    ///
    /// # Errors
    /// It has no such part that may be read, or the device is lost.
    pub(in crate::gpu) async fn start_read(&self, offset: u64, length: u64) -> Result<Reading, Error> {
        self.part(offset, length, BufferUsages::COPY_SRC, "CopySrc")?;
        if length == 0 {
            return Err(Error::invalid("there is nothing to read in 0 bytes"));
        }
        self.get(offset, length).await
    }

    /// The same, whatever its guest may use it for.
    ///
    /// # Errors
    /// The device is lost.
    pub(in crate::gpu) async fn get(&self, offset: u64, length: u64) -> Result<Reading, Error> {
        let device = self.device.clone();
        device.turn().await?;
        let taken = device.take_memory(length.saturating_add(STAGING)).await?;
        let comes = device.start_read(self.data.clone(), offset, length, taken).await?;
        Ok(Reading { device, comes, length })
    }
}

impl Reading {
    /// Waits for it. What comes has to be [put back](Device::put_back).
    ///
    /// # Errors
    /// The device is lost.
    pub(in crate::gpu) async fn come(self) -> Result<Resource<Mapped>, Error> {
        let _waiting = self.device.shared.waiting();
        self.device.shared.answered(self.comes).await?.map_err(|error| self.device.lost_or(error))
    }
}

impl Device {
    /// Waits until a submission is done, or all where it is 0.
    ///
    /// # Errors
    /// There is no such submission; the device is lost; or `until` has come.
    pub(in crate::gpu) async fn wait(&self, serial: u64, until: Option<Instant>) -> Result<(), Error> {
        let serial = match serial {
            // What was written is on its way when this is answered.
            0 if self.shared.is_behind() => match until {
                None => self.flush().await?,
                Some(until) => {
                    let flushed = tokio::time::timeout_at(until.into(), self.flush()).await;
                    flushed.map_err(|_| {
                        Error::new(Errno::TimedOut, "what was asked of the device is not done yet")
                    })??
                }
            },
            0 => self.shared.last(),
            serial if serial > self.shared.last() => {
                return Err(Error::invalid(format!("there is no submission {serial} yet")));
            }
            serial => serial,
        };
        self.shared.wait(serial, until).await
    }
}
