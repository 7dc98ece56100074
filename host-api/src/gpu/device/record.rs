//! Recording what a device is to do, and submitting it.

use std::sync::Arc;

use wgpu::BufferUsages;

#[cfg(feature = "components")]
use super::command;
use super::command::{Command, Stamps};
use super::make::{Bindings, QuerySet};
use super::pipelines::Pipeline;
use super::{Buffer, Device, same, total_time};
use crate::gpu::meter::Taken;
use crate::gpu::{Errno, Error};

/// Bytes that may go with a command for it to count as one.
const COMMAND: u64 = 256;

/// What was recorded so far. Commands of a pass are recorded while one is open, and others while none is: who calls sees
/// to that.
#[derive(Debug)]
pub(in crate::gpu) struct Recording {
    pub(in crate::gpu) device: Arc<Device>,
    commands: Vec<Command>,
    taken: Vec<Taken>,
}

impl Recording {
    /// Nothing yet.
    pub(in crate::gpu) fn new(device: Arc<Device>) -> Recording {
        Recording { device, commands: Vec::new(), taken: Vec::new() }
    }

    pub(in crate::gpu) fn copy(
        &mut self,
        (source, source_offset): (&Buffer, u64),
        (target, target_offset): (&Buffer, u64),
        size: u64,
    ) -> Result<(), Error> {
        self.within(source, source_offset, size, BufferUsages::COPY_SRC, "CopySrc")?;
        self.within(target, target_offset, size, BufferUsages::COPY_DST, "CopyDst")?;
        let (source, target) = (source.data.clone(), target.data.clone());
        self.record(Command::Copy { source, source_offset, target, target_offset, size })
    }

    pub(in crate::gpu) fn clear(&mut self, buffer: &Buffer, offset: u64, size: u64) -> Result<(), Error> {
        self.within(buffer, offset, size, BufferUsages::COPY_DST, "CopyDst")?;
        self.record(Command::Clear { buffer: buffer.data.clone(), offset, size })
    }

    pub(in crate::gpu) fn resolve(
        &mut self,
        queries: &QuerySet,
        (first, count): (u32, u32),
        buffer: &Buffer,
        offset: u64,
    ) -> Result<(), Error> {
        same(&self.device, &queries.device)?;
        if first.checked_add(count).is_none_or(|end| end > queries.count) {
            let there = queries.count;
            return Err(Error::validation(format!(
                "the set has {there} queries, and not {count} from {first} on"
            )));
        }
        self.within(buffer, offset, u64::from(count) * 8, BufferUsages::QUERY_RESOLVE, "QueryResolve")?;
        let (set, buffer) = (queries.set.clone(), buffer.data.clone());
        self.record(Command::Resolve { set, first, count, buffer, offset })
    }

    pub(in crate::gpu) fn begin_pass(
        &mut self,
        queries: Option<&QuerySet>,
        begin: Option<u32>,
        end: Option<u32>,
    ) -> Result<(), Error> {
        let stamps = match queries {
            None => None,
            Some(QuerySet { device, set, count }) => {
                same(&self.device, device)?;
                if let Some(index) = [begin, end].into_iter().flatten().find(|index| index >= count) {
                    return Err(Error::validation(format!(
                        "the set has {count} queries, and none is {index}"
                    )));
                }
                (begin.is_some() || end.is_some()).then(|| Stamps { set: set.clone(), begin, end })
            }
        };
        self.record(Command::Begin(stamps))
    }

    pub(in crate::gpu) fn set_pipeline(&mut self, pipeline: &Pipeline) -> Result<(), Error> {
        same(&self.device, &pipeline.device)?;
        self.record(Command::Pipeline(pipeline.program.clone()))
    }

    /// Binds a group, or none.
    pub(in crate::gpu) fn bind(
        &mut self,
        index: u32,
        group: Option<&Bindings>,
        offsets: Box<[u32]>,
    ) -> Result<(), Error> {
        let limits = &self.device.limits;
        let most = u64::from(limits.max_dynamic_storage_buffers_per_pipeline_layout)
            + u64::from(limits.max_dynamic_uniform_buffers_per_pipeline_layout);
        if offsets.len() as u64 > most {
            let text =
                format!("{} offsets, where a layout has at most {most} bindings with one", offsets.len());
            return Err(Error::validation(text));
        }
        let groups = limits.max_bind_groups;
        if index >= groups {
            return Err(Error::validation(format!(
                "there are {groups} groups of bindings, and none is {index}"
            )));
        }
        if let Some(group) = group {
            same(&self.device, &group.device)?;
        }
        let group = group.map(|group| group.group.clone());
        self.record(Command::Bind { index, group, offsets })
    }

    pub(in crate::gpu) fn set_immediates(&mut self, offset: u32, data: &[u8]) -> Result<(), Error> {
        if !self.device.features.contains(wgpu::Features::IMMEDIATES) {
            return Err(Error::new(
                Errno::NotSupported,
                "the device was opened without the feature immediates",
            ));
        }
        let end = u64::from(offset) + data.len() as u64;
        let most = self.device.limits.max_immediate_size;
        if !offset.is_multiple_of(4) || !data.len().is_multiple_of(4) || end > u64::from(most) {
            let text = format!(
                "{} bytes at {offset}: both have to be multiples of 4, and end at {most}",
                data.len()
            );
            return Err(Error::validation(text));
        }
        self.record(Command::Immediates { offset, data: data.into() })
    }

    pub(in crate::gpu) fn dispatch(&mut self, groups: [u32; 3]) -> Result<(), Error> {
        self.record(Command::Dispatch(groups))
    }

    pub(in crate::gpu) fn dispatch_indirect(&mut self, buffer: &Buffer, offset: u64) -> Result<(), Error> {
        self.within(buffer, offset, 12, BufferUsages::INDIRECT, "Indirect")?;
        self.record(Command::Indirect { buffer: buffer.data.clone(), offset })
    }

    /// Ends the pass that is open.
    pub(in crate::gpu) fn end_pass(&mut self) {
        self.commands.push(Command::End);
    }

    /// Submits what was recorded, valid or not; gives its number.
    ///
    /// # Errors
    /// What is wrong with it. Nothing is submitted then.
    pub(in crate::gpu) async fn submit(self) -> Result<u64, Error> {
        let Recording { device, commands, taken } = self;
        if let Some(total) = device.quotas.total_time
            && device.shared.counters.gpu_time() >= total
        {
            return Err(device.refuse("time", Errno::Quota, &total_time(total)));
        }
        device.turn().await?;
        let submitted = device.call(move |worker| {
            let submitted = worker.submit(&commands);
            drop((commands, taken));
            submitted
        });
        let serial = submitted.await?;
        device.shared.counters.submitted();
        Ok(serial)
    }

    /// Whether it may be submitted to a device now.
    ///
    /// # Errors
    /// It is of another one, or works on a buffer that is mapped or was destroyed.
    #[cfg(feature = "components")]
    pub(in crate::gpu) fn fits(&self, device: &Arc<Device>) -> Result<(), Error> {
        same(&self.device, device)?;
        command::usable(&self.commands)
    }

    /// Whether a buffer is of this device, and has such a part that may be used so.
    fn within(
        &self,
        buffer: &Buffer,
        offset: u64,
        size: u64,
        usage: BufferUsages,
        name: &str,
    ) -> Result<(), Error> {
        same(&self.device, &buffer.device)?;
        buffer.within(offset, size, usage, name)
    }

    /// Adds a command.
    fn record(&mut self, command: Command) -> Result<(), Error> {
        // What goes with one beyond what most have counts as more of them.
        let bytes = match &command {
            Command::Bind { offsets, .. } => offsets.len() * 4,
            Command::Immediates { data, .. } => data.len(),
            _ => 0,
        };
        let commands = &self.device.shared.counters.commands;
        let Some(taken) = commands.take(1 + bytes as u64 / COMMAND) else {
            let what = format!("more than {} commands that are not submitted", commands.limit());
            return Err(self.device.refuse("commands", Errno::Quota, &what));
        };
        self.commands.push(command);
        self.taken.push(taken);
        Ok(())
    }
}
