//! Encoders of commands. What is wrong with a command makes its encoder invalid, and is told of when that is finished.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmtime::Result;
use wasmtime::component::Resource;

use super::Front;
use super::bindings::first;
#[cfg(feature = "wasi03")]
use super::bindings::later;
use super::compute::invalid;
use super::graphics;
use super::label::{Label, dropped, labelled};
use super::opened::Opened;
use super::things::{Buffer, CommandBuffer, CommandEncoder, ComputePass, Draft, QuerySet, RenderPass};
use crate::gpu::Error;
use crate::gpu::device::{self, Recording};

impl Draft {
    /// Records something, unless it is invalid already.
    pub(super) fn record(&mut self, act: impl FnOnce(&mut Recording) -> std::result::Result<(), Error>) {
        if self.error.is_some() {
            return;
        }
        if let Some(recording) = &mut self.recording {
            self.error = act(recording).err();
        }
    }

    fn refuse(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    pub(super) fn push_group(groups: &mut u32) {
        *groups = groups.saturating_add(1);
    }

    pub(super) fn pop_group(&mut self, groups: &mut u32) {
        match groups.checked_sub(1) {
            Some(fewer) => *groups = fewer,
            None => self.refuse(Error::validation("no debug group is open")),
        }
    }

    /// What was recorded.
    fn finish(&mut self) -> std::result::Result<Recording, Error> {
        let recording = self.recording.take().ok_or_else(finished)?;
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        if self.has_open_pass {
            return Err(Error::validation("a pass is open, and has to be ended first"));
        }
        match self.groups {
            0 => Ok(recording),
            groups => Err(Error::validation(format!("debug groups are open: {groups}"))),
        }
    }
}

fn finished() -> Error {
    Error::validation("the encoder is finished")
}

pub(super) fn lock(draft: &Mutex<Draft>) -> MutexGuard<'_, Draft> {
    draft.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Front<'_> {
    /// Does something with an encoder that has no open pass.
    fn encode(&mut self, encoder: &Resource<CommandEncoder>, act: impl FnOnce(&mut Draft)) -> Result<()> {
        let CommandEncoder { opened, draft, .. } = self.get(encoder)?;
        let mut draft = lock(draft);
        if draft.recording.is_none() {
            drop(draft);
            opened.raise(finished());
        } else if draft.has_open_pass {
            draft.refuse(Error::validation("a pass is open, and has to be ended first"));
        } else {
            act(&mut draft);
        }
        Ok(())
    }

    /// A set of queries, where it is valid.
    fn queries(&mut self, set: &Resource<QuerySet>) -> Result<std::result::Result<device::QuerySet, Error>> {
        Ok(self.get(set)?.made.clone().ok_or_else(|| invalid("the set of queries")))
    }

    fn valid(&mut self, buffer: &Resource<Buffer>) -> Result<std::result::Result<device::Buffer, Error>> {
        Ok(self.buffer(buffer)?.ok_or_else(|| invalid("a buffer")))
    }

    fn refuse(&mut self, encoder: &Resource<CommandEncoder>, what: &str) -> Result<()> {
        self.encode(encoder, |draft| draft.refuse(graphics::refused(what)))
    }

    /// Begins a pass; one that can't be begun is nobody's.
    fn begin_pass(
        &mut self,
        encoder: &Resource<CommandEncoder>,
        stamps: Option<Stamps>,
        label: Label,
    ) -> Result<Resource<ComputePass>> {
        let queries = match &stamps {
            Some(stamps) => self.queries(&stamps.queries)?.map(Some),
            None => Ok(None),
        };
        let (begin, end) = stamps.map_or((None, None), |stamps| (stamps.begin, stamps.end));
        let mut is_begun = false;
        self.encode(encoder, |draft| {
            draft.record(|recording| {
                let queries = queries?;
                if queries.is_some() && (begin == end) {
                    return Err(Error::validation("a pass writes one query, or two that are not the same"));
                }
                recording.begin_pass(queries.as_ref(), begin, end)
            });
            is_begun = draft.error.is_none();
            draft.has_open_pass = is_begun;
        })?;
        let CommandEncoder { opened, draft, .. } = self.get(encoder)?;
        let opened = opened.clone();
        let draft = if is_begun { draft.clone() } else { nobodys(&opened) };
        self.add(ComputePass { opened, draft, groups: 0, is_ended: false, label })
    }

    /// Copies what there is from one place in a buffer on, where it is not said how much.
    fn copy(
        &mut self,
        encoder: &Resource<CommandEncoder>,
        (source, from): (&Resource<Buffer>, u64),
        (target, to): (&Resource<Buffer>, u64),
        size: Option<u64>,
    ) -> Result<()> {
        let (source, target) = (self.valid(source)?, self.valid(target)?);
        self.encode(encoder, |draft| {
            draft.record(|recording| {
                let (source, target) = (source?, target?);
                let size = size.unwrap_or(source.size.saturating_sub(from));
                recording.copy((&source, from), (&target, to), size)
            });
        })
    }
}

/// The queries that a pass writes when it begins and ends.
struct Stamps {
    queries: Resource<QuerySet>,
    begin: Option<u32>,
    end: Option<u32>,
}

impl CommandEncoder {
    pub(super) fn new(opened: Arc<Opened>, label: Label) -> CommandEncoder {
        let recording = Some(Recording::new(opened.device.clone()));
        let draft = Draft { recording, error: None, has_open_pass: false, groups: 0 };
        CommandEncoder { opened, draft: Arc::new(Mutex::new(draft)), label }
    }
}

/// One that nobody ever submits, for passes that can't be begun.
fn nobodys(opened: &Opened) -> Arc<Mutex<Draft>> {
    let recording = Some(Recording::new(opened.device.clone()));
    Arc::new(Mutex::new(Draft { recording, error: None, has_open_pass: true, groups: 0 }))
}

/// What both texts have of encoders.
macro_rules! encoder {
    ($text:ident) => {
        fn begin_render_pass(
            &mut self,
            encoder: Resource<CommandEncoder>,
            wanted: $text::GpuRenderPassDescriptor,
        ) -> Result<Resource<RenderPass>> {
            self.refuse(&encoder, "render passes")?;
            self.add(RenderPass { label: Label::new(wanted.label) })
        }

        fn begin_compute_pass(
            &mut self,
            encoder: Resource<CommandEncoder>,
            wanted: Option<$text::GpuComputePassDescriptor>,
        ) -> Result<Resource<ComputePass>> {
            let (stamps, label) =
                wanted.map_or((None, None), |wanted| (wanted.timestamp_writes, wanted.label));
            let stamps = stamps.map(|stamps| Stamps {
                queries: stamps.query_set,
                begin: stamps.beginning_of_pass_write_index,
                end: stamps.end_of_pass_write_index,
            });
            self.begin_pass(&encoder, stamps, Label::new(label))
        }

        fn copy_buffer_to_texture(
            &mut self,
            encoder: Resource<CommandEncoder>,
            _: $text::GpuTexelCopyBufferInfo,
            _: $text::GpuTexelCopyTextureInfo,
            _: $text::GpuExtent3D,
        ) -> Result<()> {
            self.refuse(&encoder, "textures")
        }

        fn copy_texture_to_buffer(
            &mut self,
            encoder: Resource<CommandEncoder>,
            _: $text::GpuTexelCopyTextureInfo,
            _: $text::GpuTexelCopyBufferInfo,
            _: $text::GpuExtent3D,
        ) -> Result<()> {
            self.refuse(&encoder, "textures")
        }

        fn copy_texture_to_texture(
            &mut self,
            encoder: Resource<CommandEncoder>,
            _: $text::GpuTexelCopyTextureInfo,
            _: $text::GpuTexelCopyTextureInfo,
            _: $text::GpuExtent3D,
        ) -> Result<()> {
            self.refuse(&encoder, "textures")
        }

        fn clear_buffer(
            &mut self,
            encoder: Resource<CommandEncoder>,
            buffer: Resource<Buffer>,
            offset: Option<u64>,
            size: Option<u64>,
        ) -> Result<()> {
            let buffer = self.valid(&buffer)?;
            self.encode(&encoder, |draft| {
                draft.record(|recording| {
                    let (buffer, offset) = (buffer?, offset.unwrap_or(0));
                    recording.clear(&buffer, offset, size.unwrap_or(buffer.size.saturating_sub(offset)))
                });
            })
        }

        fn resolve_query_set(
            &mut self,
            encoder: Resource<CommandEncoder>,
            set: Resource<QuerySet>,
            first: u32,
            count: u32,
            destination: Resource<Buffer>,
            offset: u64,
        ) -> Result<()> {
            let (queries, buffer) = (self.queries(&set)?, self.valid(&destination)?);
            self.encode(&encoder, |draft| {
                draft.record(|recording| recording.resolve(&queries?, (first, count), &buffer?, offset));
            })
        }

        fn finish(
            &mut self,
            encoder: Resource<CommandEncoder>,
            wanted: Option<$text::GpuCommandBufferDescriptor>,
        ) -> Result<Resource<CommandBuffer>> {
            let CommandEncoder { opened, draft, .. } = self.get(&encoder)?;
            let (opened, recording) = (opened.clone(), lock(draft).finish());
            let made = opened.made(recording);
            self.add(CommandBuffer { made, label: Label::new(wanted.and_then(|wanted| wanted.label)) })
        }

        fn push_debug_group(&mut self, encoder: Resource<CommandEncoder>, _: String) -> Result<()> {
            self.encode(&encoder, |draft| Draft::push_group(&mut draft.groups))
        }

        fn pop_debug_group(&mut self, encoder: Resource<CommandEncoder>) -> Result<()> {
            self.encode(&encoder, |draft| {
                let mut groups = draft.groups;
                draft.pop_group(&mut groups);
                draft.groups = groups;
            })
        }

        fn insert_debug_marker(&mut self, encoder: Resource<CommandEncoder>, _: String) -> Result<()> {
            self.encode(&encoder, |_| {})
        }

        labelled!(CommandEncoder);
        dropped!(CommandEncoder);
    };
}

impl first::HostGpuCommandEncoder for Front<'_> {
    encoder!(first);

    fn copy_buffer_to_buffer(
        &mut self,
        encoder: Resource<CommandEncoder>,
        source: Resource<Buffer>,
        from: u64,
        target: Resource<Buffer>,
        to: u64,
        size: u64,
    ) -> Result<()> {
        self.copy(&encoder, (&source, from), (&target, to), Some(size))
    }
}

#[cfg(feature = "wasi03")]
impl later::HostGpuCommandEncoder for Front<'_> {
    encoder!(later);

    fn copy_buffer_to_buffer(
        &mut self,
        encoder: Resource<CommandEncoder>,
        source: Resource<Buffer>,
        from: Option<u64>,
        target: Resource<Buffer>,
        to: Option<u64>,
        size: Option<u64>,
    ) -> Result<()> {
        self.copy(&encoder, (&source, from.unwrap_or(0)), (&target, to.unwrap_or(0)), size)
    }
}

impl first::HostGpuCommandBuffer for Front<'_> {
    labelled!(CommandBuffer);
    dropped!(CommandBuffer);
}

#[cfg(feature = "wasi03")]
impl later::HostGpuCommandBuffer for Front<'_> {
    labelled!(CommandBuffer);
    dropped!(CommandBuffer);
}
