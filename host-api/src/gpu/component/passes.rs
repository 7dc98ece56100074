//! Passes that compute.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::Front;
use super::bindings::first;
#[cfg(feature = "wasi03")]
use super::bindings::later;
use super::commands::lock;
use super::compute::invalid;
use super::label::{Label, dropped, labelled};
use super::things::{BindGroup, Buffer, ComputePass, ComputePipeline, Draft};
use crate::gpu::Error;
use crate::gpu::device::Recording;

impl Front<'_> {
    /// Does something with a pass that is open.
    fn within(&mut self, pass: &Resource<ComputePass>, act: impl FnOnce(&mut Draft, &mut u32)) -> Result<()> {
        let ComputePass { opened, draft, groups, is_ended, .. } = self.get_mut(pass)?;
        match is_ended {
            true => opened.raise(Error::validation("the pass is ended")),
            false => act(&mut lock(draft), groups),
        }
        Ok(())
    }

    /// Records something in a pass that is open.
    fn record(
        &mut self,
        pass: &Resource<ComputePass>,
        act: impl FnOnce(&mut Recording) -> std::result::Result<(), Error>,
    ) -> Result<()> {
        self.within(pass, |draft, _| draft.record(act))
    }
}

/// What both texts have of passes that compute.
macro_rules! pass {
    ($text:ident) => {
        fn set_pipeline(
            &mut self,
            pass: Resource<ComputePass>,
            pipeline: Resource<ComputePipeline>,
        ) -> Result<()> {
            let pipeline = self.get(&pipeline)?.made.clone().ok_or_else(|| invalid("the pipeline"));
            self.record(&pass, |recording| recording.set_pipeline(&pipeline?))
        }

        fn dispatch_workgroups(
            &mut self,
            pass: Resource<ComputePass>,
            x: u32,
            y: Option<u32>,
            z: Option<u32>,
        ) -> Result<()> {
            self.record(&pass, |recording| recording.dispatch([x, y.unwrap_or(1), z.unwrap_or(1)]))
        }

        fn dispatch_workgroups_indirect(
            &mut self,
            pass: Resource<ComputePass>,
            buffer: Resource<Buffer>,
            offset: u64,
        ) -> Result<()> {
            let buffer = self.buffer(&buffer)?.ok_or_else(|| invalid("a buffer"));
            self.record(&pass, |recording| recording.dispatch_indirect(&buffer?, offset))
        }

        fn end(&mut self, pass: Resource<ComputePass>) -> Result<()> {
            self.within(&pass, |draft, groups| {
                let open = std::mem::take(groups);
                draft.record(|recording| {
                    recording.end_pass();
                    match open {
                        0 => Ok(()),
                        open => Err(Error::validation(format!("debug groups of the pass are open: {open}"))),
                    }
                });
                draft.has_open_pass = false;
            })?;
            self.get_mut(&pass)?.is_ended = true;
            Ok(())
        }

        fn push_debug_group(&mut self, pass: Resource<ComputePass>, _: String) -> Result<()> {
            self.within(&pass, |_, groups| Draft::push_group(groups))
        }

        fn pop_debug_group(&mut self, pass: Resource<ComputePass>) -> Result<()> {
            self.within(&pass, Draft::pop_group)
        }

        fn insert_debug_marker(&mut self, pass: Resource<ComputePass>, _: String) -> Result<()> {
            self.within(&pass, |_, _| {})
        }

        fn set_bind_group(
            &mut self,
            pass: Resource<ComputePass>,
            index: u32,
            group: Option<Resource<BindGroup>>,
            offsets: Option<Vec<u32>>,
            start: Option<u64>,
            length: Option<u32>,
        ) -> Result<std::result::Result<(), $text::SetBindGroupError>> {
            let offsets = offsets.unwrap_or_default();
            let Some(offsets) = part(&offsets, start.unwrap_or(0), length.map(u64::from)) else {
                let message =
                    format!("there are {} offsets, and the part that is meant is beyond", offsets.len());
                return Ok(Err($text::SetBindGroupError {
                    kind: $text::SetBindGroupErrorKind::RangeError,
                    message,
                }));
            };
            let group = match group {
                Some(group) => {
                    self.get(&group)?.made.clone().map(Some).ok_or_else(|| invalid("the group of bindings"))
                }
                None => Ok(None),
            };
            let offsets: Box<[u32]> = offsets.into();
            self.record(&pass, |recording| recording.bind(index, group?.as_ref(), offsets))?;
            Ok(Ok(()))
        }

        labelled!(ComputePass);
        dropped!(ComputePass);
    };
}

impl first::HostGpuComputePassEncoder for Front<'_> {
    pass!(first);
}

#[cfg(feature = "wasi03")]
impl later::HostGpuComputePassEncoder for Front<'_> {
    pass!(later);

    fn set_immediates(
        &mut self,
        pass: Resource<ComputePass>,
        offset: u32,
        data: Vec<u8>,
        start: Option<u64>,
        size: Option<u64>,
    ) -> Result<()> {
        self.record(&pass, |recording| {
            let data = part(&data, start.unwrap_or(0), size).ok_or_else(|| {
                Error::validation(format!(
                    "there are {} bytes, and the part that is meant is beyond",
                    data.len()
                ))
            })?;
            recording.set_immediates(offset, data)
        })
    }
}

/// A part of a list: what follows where there is no length.
pub(super) fn part<T>(all: &[T], start: u64, length: Option<u64>) -> Option<&[T]> {
    let rest = all.get(usize::try_from(start).ok()?..)?;
    match length {
        Some(length) => rest.get(..usize::try_from(length).ok()?),
        None => Some(rest),
    }
}
