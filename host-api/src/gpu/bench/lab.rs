//! An open device, for measuring.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wgpu::BufferUsages;

use super::LONG_ENOUGH;
use crate::gpu::device::{Bindings, Bound, Buffer, Device, Pipeline, Recording};
use crate::gpu::guest::wanted_limits;
use crate::gpu::{Context, Error};

/// The most dispatches of one submission.
const MOST: u32 = 1 << 14;

/// A device that nobody else has.
pub(super) struct Lab {
    device: Arc<Device>,
    pub(super) is_software: bool,
}

impl Lab {
    /// Opens one.
    ///
    /// # Errors
    /// The driver opens none.
    pub(super) async fn open(context: &mut Context, index: u32) -> Result<Lab, Error> {
        let adapter = context.adapter(index)?;
        let is_software = adapter.is_software();
        let features = wgpu::Features::empty();
        let limits = wanted_limits(adapter, features, &[])?;
        let device = context.open_with(index, features, limits)?.await?;
        Ok(Lab { device: Arc::new(device), is_software })
    }

    /// The most bytes that a buffer here has.
    pub(super) fn largest(&self) -> u64 {
        let limits = &self.device.limits;
        limits.max_buffer_size.min(limits.max_storage_buffer_binding_size).min(self.device.memory.limit() / 8)
    }

    /// A buffer for everything.
    pub(super) async fn buffer(&self, bytes: u64) -> Result<Buffer, Error> {
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
        self.device.create_buffer(bytes, usage, BufferUsages::empty()).await
    }

    pub(super) async fn program(&self, text: &str) -> Result<Pipeline, Error> {
        let shader = self.device.create_shader(text).await?;
        self.device.create_pipeline(&shader, None, None, Vec::new()).await
    }

    /// Binds whole buffers, in order.
    pub(super) async fn group<const N: usize>(
        &self,
        program: &Pipeline,
        buffers: [Buffer; N],
    ) -> Result<Bindings, Error> {
        let bound =
            (0..).zip(buffers).map(|(binding, buffer)| Bound { binding, buffer, offset: 0, size: None });
        let layout = program.layout(0).await?;
        self.device.create_group(&layout, bound.collect()).await
    }

    /// Writes to a buffer, and waits until it is there.
    pub(super) async fn upload(&self, buffer: &Buffer, bytes: &[u8]) -> Result<(), Error> {
        buffer.write(0, bytes).await?;
        self.device.wait(0, None).await
    }

    /// Dispatches so often in one submission, and waits until it is done.
    pub(super) async fn run(
        &self,
        program: &Pipeline,
        group: &Bindings,
        groups: [u32; 3],
        times: u32,
    ) -> Result<(), Error> {
        let mut recording = Recording::new(self.device.clone());
        recording.begin_pass(None, None, None)?;
        recording.set_pipeline(program)?;
        recording.bind(0, Some(group), Box::default())?;
        for _ in 0..times {
            recording.dispatch(groups)?;
        }
        recording.end_pass();
        let serial = recording.submit().await?;
        self.device.wait(serial, None).await
    }

    /// Dispatches so often that it takes long enough; gives how often, and how long the GPU took in the middle of several
    /// runs.
    pub(super) async fn long_enough(
        &self,
        program: &Pipeline,
        group: &Bindings,
        groups: [u32; 3],
    ) -> Result<(u32, Duration), Error> {
        let mut times = 1;
        // The driver may compile only now.
        self.run(program, group, groups, times).await?;
        while self.on_gpu(program, group, groups, times).await? < LONG_ENOUGH && times < MOST {
            times *= 2;
        }
        let mut took = Vec::new();
        for _ in 0..super::RUNS {
            took.push(self.on_gpu(program, group, groups, times).await?);
        }
        Ok((times, super::middle(took)))
    }

    /// The same, by the GPU's own clock where it has one.
    async fn on_gpu(
        &self,
        program: &Pipeline,
        group: &Bindings,
        groups: [u32; 3],
        times: u32,
    ) -> Result<Duration, Error> {
        let (before, begun) = (self.device.shared.counters.gpu_time(), Instant::now());
        self.run(program, group, groups, times).await?;
        let took = self.device.shared.counters.gpu_time().saturating_sub(before);
        Ok(if took.is_zero() { begun.elapsed() } else { took })
    }

    /// How long something takes.
    pub(super) async fn clocked(
        &self,
        what: impl Future<Output = Result<(), Error>>,
    ) -> Result<Duration, Error> {
        let begun = Instant::now();
        what.await?;
        Ok(begun.elapsed())
    }
}
