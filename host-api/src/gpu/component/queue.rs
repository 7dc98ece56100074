//! Queues, and sets of queries.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::bindings::first;
#[cfg(feature = "wasi03")]
use super::bindings::later;
use super::compute::invalid;
use super::label::{Label, dropped, labelled};
use super::passes::part;
use super::things::{Buffer, CommandBuffer, QuerySet, Queue};
use super::{Front, graphics};
use crate::gpu::Error;

/// What both texts have of queues.
macro_rules! queue {
    ($text:ident) => {
        async fn submit(
            &mut self,
            queue: Resource<Queue>,
            buffers: Vec<Resource<CommandBuffer>>,
        ) -> Result<()> {
            let opened = self.get(&queue)?.opened.clone();
            let mut all = Vec::with_capacity(buffers.len());
            for buffer in buffers {
                all.push(self.get_mut(&buffer)?.made.take());
            }
            // All of them or none, and each once.
            let Some(all) = all.into_iter().collect::<Option<Vec<_>>>() else {
                opened.raise(Error::validation("a buffer of commands is invalid, or was submitted already"));
                return Ok(());
            };
            if opened.made(all.iter().try_for_each(|recording| recording.fits(&opened.device))).is_none() {
                return Ok(());
            }
            for recording in all {
                if opened.made(recording.submit().await).is_none() {
                    break;
                }
            }
            Ok(())
        }

        async fn write_buffer_with_copy(
            &mut self,
            queue: Resource<Queue>,
            buffer: Resource<Buffer>,
            offset: u64,
            data: Vec<u8>,
            start: Option<u64>,
            size: Option<u64>,
        ) -> Result<std::result::Result<(), $text::WriteBufferError>> {
            let opened = self.get(&queue)?.opened.clone();
            let data = part(&data, start.unwrap_or(0), size);
            let Some(data) = data.filter(|data| data.len().is_multiple_of(4)) else {
                let message =
                    "what is written has to be within the data, and a multiple of 4 bytes".to_owned();
                let kind = $text::WriteBufferErrorKind::OperationError;
                return Ok(Err($text::WriteBufferError { kind, message }));
            };
            let written = match self.buffer(&buffer)? {
                Some(buffer) => match opened.device.has(&buffer) {
                    Ok(()) => buffer.write(offset, data).await,
                    Err(error) => Err(error),
                },
                None => Err(invalid("the buffer")),
            };
            opened.made(written);
            Ok(Ok(()))
        }

        fn write_texture_with_copy(
            &mut self,
            queue: Resource<Queue>,
            _: $text::GpuTexelCopyTextureInfo,
            _: Vec<u8>,
            _: $text::GpuTexelCopyBufferLayout,
            _: $text::GpuExtent3D,
        ) -> Result<()> {
            self.get(&queue)?.opened.raise(graphics::refused("textures"));
            Ok(())
        }

        labelled!(Queue);
        dropped!(Queue);
    };
}

impl first::HostGpuQueue for Front<'_> {
    queue!(first);

    async fn on_submitted_work_done(&mut self, queue: Resource<Queue>) -> Result<()> {
        let opened = self.get(&queue)?.opened.clone();
        // That a device is lost is told of otherwise.
        let _ = opened.device.wait(0, None).await;
        Ok(())
    }
}

#[cfg(feature = "wasi03")]
impl later::HostGpuQueue for Front<'_> {
    queue!(later);
}

#[cfg(feature = "wasi03")]
impl<T: 'static> later::HostGpuQueueWithStore<T> for super::Webgpu {
    async fn on_submitted_work_done(
        store: &wasmtime::component::Accessor<T, Self>,
        queue: Resource<Queue>,
    ) -> Result<()> {
        let opened =
            store.with(|mut access| Ok::<_, wasmtime::Error>(access.get().get(&queue)?.opened.clone()))?;
        let _ = opened.device.wait(0, None).await;
        Ok(())
    }
}

texts! {
    impl HostGpuQuerySet for Front<'_> {
        fn destroy(&mut self, set: Resource<QuerySet>) -> Result<()> {
            self.get_mut(&set)?.made = None;
            Ok(())
        }

        fn type_(&mut self, set: Resource<QuerySet>) -> Result<GpuQueryType> {
            Ok(if self.get(&set)?.is_timestamps { GpuQueryType::Timestamp } else { GpuQueryType::Occlusion })
        }

        fn count(&mut self, set: Resource<QuerySet>) -> Result<u32> {
            Ok(self.get(&set)?.count)
        }

        labelled!(QuerySet);
        dropped!(QuerySet);
    }
}
