//! Recording what the device is to do, and submitting it, by handles.

use super::thing::{Encoder, Thing};
use super::{Context, bad_handle};
use crate::gpu::Error;
use crate::gpu::device::Recording;

impl Context {
    pub(in crate::gpu) fn create_encoder(&mut self, device: i32) -> Result<i32, Error> {
        let device = self.device(device)?;
        device.shared.check()?;
        let recording = Recording::new(device);
        self.things.add(Thing::Encoder(Encoder { recording, pass: None }))
    }

    pub(in crate::gpu) fn copy(
        &mut self,
        encoder: i32,
        (source, source_offset): (i32, u64),
        (target, target_offset): (i32, u64),
        size: u64,
    ) -> Result<(), Error> {
        let (source, target) = (self.buffer(source), self.buffer(target));
        let recording = self.outside(encoder)?;
        recording.copy((&source?, source_offset), (&target?, target_offset), size)
    }

    pub(in crate::gpu) fn clear(
        &mut self,
        encoder: i32,
        buffer: i32,
        offset: u64,
        size: u64,
    ) -> Result<(), Error> {
        let buffer = self.buffer(buffer);
        self.outside(encoder)?.clear(&buffer?, offset, size)
    }

    pub(in crate::gpu) fn resolve(
        &mut self,
        encoder: i32,
        set: i32,
        queries: (u32, u32),
        buffer: i32,
        offset: u64,
    ) -> Result<(), Error> {
        let (set, buffer) = (self.queries(set), self.buffer(buffer));
        self.outside(encoder)?.resolve(&set?, queries, &buffer?, offset)
    }

    pub(in crate::gpu) fn begin_pass(
        &mut self,
        encoder: i32,
        set: i32,
        begin: Option<u32>,
        end: Option<u32>,
    ) -> Result<i32, Error> {
        let queries = if set == 0 { Ok(None) } else { self.queries(set).map(Some) };
        let room = self.things.room();
        let recording = self.outside(encoder)?;
        let queries = queries?;
        room?;
        recording.begin_pass(queries.as_ref(), begin, end)?;
        let device = recording.device.clone();
        let pass = self.things.add(Thing::Pass { device, encoder })?;
        self.encoder(encoder)?.pass = Some(pass);
        Ok(pass)
    }

    pub(in crate::gpu) fn set_pipeline(&mut self, pass: i32, pipeline: i32) -> Result<(), Error> {
        let pipeline = self.pipeline(pipeline);
        self.inside(pass)?.recording.set_pipeline(&pipeline?)
    }

    pub(in crate::gpu) fn bind(
        &mut self,
        pass: i32,
        index: u32,
        group: i32,
        offsets: Box<[u32]>,
    ) -> Result<(), Error> {
        let group = match self.things.get(group) {
            Some(Thing::Group(group)) => Ok(group.clone()),
            _ => Err(bad_handle(group, "a group of bindings")),
        };
        self.inside(pass)?.recording.bind(index, Some(&group?), offsets)
    }

    pub(in crate::gpu) fn set_immediates(
        &mut self,
        pass: i32,
        offset: u32,
        data: &[u8],
    ) -> Result<(), Error> {
        self.inside(pass)?.recording.set_immediates(offset, data)
    }

    pub(in crate::gpu) fn dispatch(&mut self, pass: i32, groups: [u32; 3]) -> Result<(), Error> {
        self.inside(pass)?.recording.dispatch(groups)
    }

    pub(in crate::gpu) fn dispatch_indirect(
        &mut self,
        pass: i32,
        buffer: i32,
        offset: u64,
    ) -> Result<(), Error> {
        let buffer = self.buffer(buffer);
        self.inside(pass)?.recording.dispatch_indirect(&buffer?, offset)
    }

    pub(in crate::gpu) fn end_pass(&mut self, pass: i32) -> Result<(), Error> {
        self.inside(pass)?.end();
        self.things.remove(pass);
        Ok(())
    }

    /// Submits what was recorded, which takes the encoder, whether it is valid or not; gives its number.
    pub(in crate::gpu) async fn submit(&mut self, encoder: i32) -> Result<u64, Error> {
        self.outside(encoder)?;
        let Some(Thing::Encoder(Encoder { recording, .. })) = self.things.remove(encoder) else {
            return Err(bad_handle(encoder, "an encoder"));
        };
        recording.submit().await
    }

    fn encoder(&mut self, handle: i32) -> Result<&mut Encoder, Error> {
        match self.things.get_mut(handle) {
            Some(Thing::Encoder(encoder)) => Ok(encoder),
            _ => Err(bad_handle(handle, "an encoder")),
        }
    }

    /// What an encoder that has no open pass records.
    fn outside(&mut self, encoder: i32) -> Result<&mut Recording, Error> {
        self.about = Some(self.encoder(encoder)?.recording.device.clone());
        let encoder = self.encoder(encoder)?;
        match encoder.pass {
            None => Ok(&mut encoder.recording),
            Some(pass) => {
                Err(Error::validation(format!("the pass {pass} is open, and has to be ended first")))
            }
        }
    }

    /// The encoder of an open pass.
    fn inside(&mut self, pass: i32) -> Result<&mut Encoder, Error> {
        let Some(Thing::Pass { device, encoder }) = self.things.get(pass) else {
            return Err(bad_handle(pass, "an open pass"));
        };
        let encoder = *encoder;
        self.about = Some(device.clone());
        self.encoder(encoder)
    }
}
