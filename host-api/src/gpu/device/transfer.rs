//! Data on its way to buffers and back, as the device's thread sees it.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use tokio::sync::oneshot;
use wgpu::BufferUsages;

use super::Resource;
use super::buffer::Data;
use super::flight::Flight;
use super::worker::{Job, Worker, scoped};
use crate::gpu::Error;
use crate::gpu::meter::Taken;

/// Data on its way that is not waited with until the guest submits something.
const MOST_STAGED: usize = 64;

/// A buffer that can be read.
#[derive(Debug)]
pub(in crate::gpu) struct Mapped {
    pub(in crate::gpu) view: wgpu::BufferView,
    buffer: wgpu::Buffer,
}

impl Worker {
    /// Begins to write to a buffer.
    ///
    /// # Errors
    /// Why that can't be.
    pub(in crate::gpu) fn write(
        &mut self,
        buffer: &wgpu::Buffer,
        offset: u64,
        length: wgpu::BufferSize,
    ) -> Result<wgpu::QueueWriteBufferView, Error> {
        let view = scoped(&self.device, || self.queue.write_buffer_with(buffer, offset, length))?;
        view.ok_or_else(|| Error::internal("there is no room for data on its way"))
    }

    /// Writes what was put there, with the next submission.
    pub(in crate::gpu) fn written(&mut self, taken: Taken) {
        self.staged.push(taken);
        if self.staged.len() >= MOST_STAGED {
            self.flush();
        }
    }

    /// Has all be on its way that was written.
    pub(in crate::gpu) fn flush(&mut self) {
        if !self.staged.is_empty()
            && let Err(error) = self.depart([], Flight::default())
        {
            self.shared.note(error);
        }
    }

    /// Begins to read from a buffer.
    ///
    /// # Errors
    /// Why that can't be.
    pub(super) fn read(
        &mut self,
        buffer: Arc<Resource<Data>>,
        offset: u64,
        length: u64,
        taken: Taken,
        answer: oneshot::Sender<Result<Resource<Mapped>, Error>>,
        jobs: Sender<Job>,
    ) -> Result<(), Error> {
        let spare = self.spare.take_if(|(spare, _)| spare.size() >= length);
        let (device, queue, answers) = (self.device.clone(), self.queue.clone(), self.answers.0.clone());
        let serial = self.shared.depart();
        let flight = Flight { _kept: vec![buffer.clone()], ..Flight::default() };
        // All at once: whoever asks another process has to wait for each answer.
        let submitted = scoped(&device, || {
            let (staging, taken) = spare.unwrap_or_else(|| {
                let usage = BufferUsages::MAP_READ | BufferUsages::COPY_DST;
                let descriptor =
                    wgpu::BufferDescriptor { label: None, size: length, usage, mapped_at_creation: false };
                (device.create_buffer(&descriptor), vec![taken])
            });
            let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            encoder.copy_buffer_to_buffer(&buffer, offset, &staging, 0, length);
            queue.submit([encoder.finish()]);
            let mapped = staging.clone();
            staging.slice(..length).map_async(wgpu::MapMode::Read, move |result| {
                let view = match result {
                    Ok(()) => mapped.slice(..length).get_mapped_range().map_err(|error| error.to_string()),
                    Err(error) => Err(error.to_string()),
                };
                let view = view.map(|view| Resource::with(Mapped { view, buffer: mapped }, taken, jobs));
                // Who asked may be gone, and this thread may be through.
                let _ = answers.send(Box::new(move || {
                    let _ = answer.send(view.map_err(Error::internal));
                }));
            });
        });
        self.launch(serial, flight);
        submitted
    }

    /// Keeps the buffer for the next one who reads.
    pub(super) fn put_back(&mut self, mapped: Mapped, taken: Vec<Taken>) {
        let Mapped { view, buffer } = mapped;
        drop(view);
        buffer.unmap();
        if self.spare.as_ref().is_none_or(|(spare, _)| spare.size() < buffer.size()) {
            self.spare = Some((buffer, taken));
        }
    }

    /// Lets go of what is only kept to be quick.
    pub(in crate::gpu) fn trim(&mut self) {
        self.spare = None;
        self.timers.clear();
    }
}
