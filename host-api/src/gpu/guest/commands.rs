//! Recording what the device is to do, and submitting it.

use std::sync::Arc;

use wgpu::BufferUsages;

use super::resources::same;
use super::thing::{Buffer, Queries, Recording, Thing};
use super::{Context, bad_handle};
use crate::gpu::device::{Command, Device, Stamps, total_time};
use crate::gpu::{Errno, Error};

/// Bytes that may go with a command for it to count as one.
const COMMAND: u64 = 256;

impl Context {
    pub(in crate::gpu) fn create_encoder(&mut self, device: i32) -> Result<i32, Error> {
        let device = self.device(device)?;
        device.shared.check()?;
        let recording = Recording { device, commands: Vec::new(), taken: Vec::new(), pass: None };
        self.things.add(Thing::Encoder(recording))
    }

    pub(in crate::gpu) fn copy(
        &mut self,
        encoder: i32,
        (source, source_offset): (i32, u64),
        (target, target_offset): (i32, u64),
        size: u64,
    ) -> Result<(), Error> {
        let device = self.outside(encoder)?;
        let source = self.within(&device, source, source_offset, size, BufferUsages::COPY_SRC, "CopySrc")?;
        let target = self.within(&device, target, target_offset, size, BufferUsages::COPY_DST, "CopyDst")?;
        let (source, target) = (source.buffer, target.buffer);
        self.record(encoder, Command::Copy { source, source_offset, target, target_offset, size })
    }

    pub(in crate::gpu) fn clear(
        &mut self,
        encoder: i32,
        buffer: i32,
        offset: u64,
        size: u64,
    ) -> Result<(), Error> {
        let device = self.outside(encoder)?;
        let buffer = self.within(&device, buffer, offset, size, BufferUsages::COPY_DST, "CopyDst")?.buffer;
        self.record(encoder, Command::Clear { buffer, offset, size })
    }

    pub(in crate::gpu) fn resolve(
        &mut self,
        encoder: i32,
        set: i32,
        (first, count): (u32, u32),
        buffer: i32,
        offset: u64,
    ) -> Result<(), Error> {
        let device = self.outside(encoder)?;
        let Queries { set, count: there, .. } = self.queries(&device, set)?;
        if first.checked_add(count).is_none_or(|end| end > there) {
            return Err(Error::validation(format!(
                "the set has {there} queries, and not {count} from {first} on"
            )));
        }
        let size = u64::from(count) * 8;
        let usage = (BufferUsages::QUERY_RESOLVE, "QueryResolve");
        let buffer = self.within(&device, buffer, offset, size, usage.0, usage.1)?.buffer;
        self.record(encoder, Command::Resolve { set, first, count, buffer, offset })
    }

    pub(in crate::gpu) fn begin_pass(
        &mut self,
        encoder: i32,
        set: i32,
        begin: Option<u32>,
        end: Option<u32>,
    ) -> Result<i32, Error> {
        let device = self.outside(encoder)?;
        let stamps = match set {
            0 => None,
            set => {
                let Queries { set, count, .. } = self.queries(&device, set)?;
                if let Some(index) = [begin, end].into_iter().flatten().find(|index| *index >= count) {
                    return Err(Error::validation(format!(
                        "the set has {count} queries, and none is {index}"
                    )));
                }
                (begin.is_some() || end.is_some()).then_some(Stamps { set, begin, end })
            }
        };
        self.things.room()?;
        self.record(encoder, Command::Begin(stamps))?;
        let pass = self.things.add(Thing::Pass { device, encoder })?;
        self.recording(encoder)?.pass = Some(pass);
        Ok(pass)
    }

    pub(in crate::gpu) fn set_pipeline(&mut self, pass: i32, pipeline: i32) -> Result<(), Error> {
        let (encoder, device) = self.pass(pass)?;
        let pipeline = match self.things.get(pipeline) {
            Some(Thing::Pipeline { device: of, pipeline }) => same(&device, of).map(|()| pipeline.clone())?,
            _ => return Err(bad_handle(pipeline, "a pipeline")),
        };
        self.record(encoder, Command::Pipeline(pipeline))
    }

    pub(in crate::gpu) fn bind(
        &mut self,
        pass: i32,
        index: u32,
        group: i32,
        offsets: Box<[u32]>,
    ) -> Result<(), Error> {
        let (encoder, device) = self.pass(pass)?;
        let limits = &device.limits;
        let most = u64::from(limits.max_dynamic_storage_buffers_per_pipeline_layout)
            + u64::from(limits.max_dynamic_uniform_buffers_per_pipeline_layout);
        if offsets.len() as u64 > most {
            let text =
                format!("{} offsets, where a layout has at most {most} bindings with one", offsets.len());
            return Err(Error::validation(text));
        }
        let group = match self.things.get(group) {
            Some(Thing::Group { device: of, group }) => same(&device, of).map(|()| group.clone())?,
            _ => return Err(bad_handle(group, "a group of bindings")),
        };
        self.record(encoder, Command::Bind { index, group, offsets })
    }

    pub(in crate::gpu) fn set_immediates(
        &mut self,
        pass: i32,
        offset: u32,
        data: &[u8],
    ) -> Result<(), Error> {
        let (encoder, device) = self.pass(pass)?;
        if !device.features.contains(wgpu::Features::IMMEDIATES) {
            return Err(Error::new(
                Errno::NotSupported,
                "the device was opened without the feature immediates",
            ));
        }
        let end = u64::from(offset) + data.len() as u64;
        if !offset.is_multiple_of(4)
            || !data.len().is_multiple_of(4)
            || end > u64::from(device.limits.max_immediate_size)
        {
            let most = device.limits.max_immediate_size;
            let text = format!(
                "{} bytes at {offset}: both have to be multiples of 4, and end at {most}",
                data.len()
            );
            return Err(Error::validation(text));
        }
        self.record(encoder, Command::Immediates { offset, data: data.into() })
    }

    pub(in crate::gpu) fn dispatch(&mut self, pass: i32, groups: [u32; 3]) -> Result<(), Error> {
        let (encoder, _) = self.pass(pass)?;
        self.record(encoder, Command::Dispatch(groups))
    }

    pub(in crate::gpu) fn dispatch_indirect(
        &mut self,
        pass: i32,
        buffer: i32,
        offset: u64,
    ) -> Result<(), Error> {
        let (encoder, device) = self.pass(pass)?;
        let buffer = self.within(&device, buffer, offset, 12, BufferUsages::INDIRECT, "Indirect")?.buffer;
        self.record(encoder, Command::Indirect { buffer, offset })
    }

    pub(in crate::gpu) fn end_pass(&mut self, pass: i32) -> Result<(), Error> {
        let (encoder, _) = self.pass(pass)?;
        self.recording(encoder)?.end();
        self.things.remove(pass);
        Ok(())
    }

    /// Submits what was recorded, which takes the encoder, whether it is valid or not; gives its number.
    pub(in crate::gpu) async fn submit(&mut self, encoder: i32) -> Result<u64, Error> {
        let device = self.outside(encoder)?;
        let Some(Thing::Encoder(Recording { commands, taken, .. })) = self.things.remove(encoder) else {
            return Err(bad_handle(encoder, "an encoder"));
        };
        if let Some(total) = self.quotas.total_time.filter(|total| self.counters.gpu_time() >= *total) {
            return Err(self.refuse("time", Errno::Quota, &total_time(total)));
        }
        self.turn(&device).await?;
        let submitted = device.call(move |worker| {
            let submitted = worker.submit(&commands);
            drop((commands, taken));
            submitted
        });
        let serial = submitted.await?;
        self.counters.submitted();
        Ok(serial)
    }

    /// Adds a command.
    fn record(&mut self, encoder: i32, command: Command) -> Result<(), Error> {
        // What goes with one beyond what most have counts as more of them.
        let bytes = match &command {
            Command::Bind { offsets, .. } => offsets.len() * 4,
            Command::Immediates { data, .. } => data.len(),
            _ => 0,
        };
        let Some(taken) = self.counters.commands.take(1 + bytes as u64 / COMMAND) else {
            let what =
                format!("more than {} commands that are not submitted", self.counters.commands.limit());
            return Err(self.refuse("commands", Errno::Quota, &what));
        };
        let recording = self.recording(encoder)?;
        recording.commands.push(command);
        recording.taken.push(taken);
        Ok(())
    }

    fn recording(&mut self, encoder: i32) -> Result<&mut Recording, Error> {
        match self.things.get_mut(encoder) {
            Some(Thing::Encoder(recording)) => Ok(recording),
            _ => Err(bad_handle(encoder, "an encoder")),
        }
    }

    /// The device of an encoder that has no open pass.
    fn outside(&mut self, encoder: i32) -> Result<Arc<Device>, Error> {
        let recording = self.recording(encoder)?;
        let (device, open) = (recording.device.clone(), recording.pass);
        self.about = Some(device.clone());
        match open {
            None => Ok(device),
            Some(pass) => {
                Err(Error::validation(format!("the pass {pass} is open, and has to be ended first")))
            }
        }
    }

    /// The encoder of an open pass, and its device.
    fn pass(&mut self, pass: i32) -> Result<(i32, Arc<Device>), Error> {
        let Some(Thing::Pass { device, encoder }) = self.things.get(pass) else {
            return Err(bad_handle(pass, "an open pass"));
        };
        let (device, encoder) = (device.clone(), *encoder);
        self.about = Some(device.clone());
        Ok((encoder, device))
    }

    fn queries(&mut self, device: &Arc<Device>, handle: i32) -> Result<Queries, Error> {
        match self.things.get(handle) {
            Some(Thing::Queries(queries)) => same(device, &queries.device).map(|()| queries.clone()),
            _ => Err(bad_handle(handle, "a set of queries")),
        }
    }

    /// A buffer of a device that may be used so, and has such a part.
    fn within(
        &mut self,
        device: &Arc<Device>,
        handle: i32,
        offset: u64,
        size: u64,
        usage: BufferUsages,
        name: &str,
    ) -> Result<Buffer, Error> {
        let buffer = self.buffer(handle)?;
        same(device, &buffer.device)?;
        if !buffer.usage.contains(usage) {
            return Err(Error::validation(format!("the usage of the buffer lacks {name}")));
        }
        if offset.checked_add(size).is_none_or(|end| end > buffer.size) {
            let text =
                format!("{size} bytes at {offset} are not all within the {} of the buffer", buffer.size);
            return Err(Error::validation(text));
        }
        Ok(buffer)
    }
}
