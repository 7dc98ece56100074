//! As the later drafts have it: mapping is a task.

use wasmtime::Result;
use wasmtime::component::{Accessor, Resource};

use super::Unmapped;
use super::common::{buffer, errors};
use crate::gpu::component::bindings::later::{
    GetMappedRangeError, GetMappedRangeErrorKind, GpuBufferMapState, GpuBufferUsage, GpuMapMode,
    HostGpuBuffer, HostGpuBufferWithStore, MapAsyncError, MapAsyncErrorKind, UnmapError,
};
use crate::gpu::component::label::{Label, dropped, labelled};
use crate::gpu::component::mapping::{Mapping, Mode};
use crate::gpu::component::things::Buffer;
use crate::gpu::component::usage::later;
use crate::gpu::component::{Front, Webgpu};

errors!();

fn written_to_be_read() -> std::result::Result<(), GetMappedRangeError> {
    Err(not_mapped(GetMappedRangeErrorKind::OperationError, "the buffer is mapped to be read"))
}

impl HostGpuBuffer for Front<'_> {
    buffer!();

    fn usage(&mut self, buffer: Resource<Buffer>) -> Result<GpuBufferUsage> {
        Ok(later::set(self.get(&buffer)?.usage))
    }
}

impl<T: 'static> HostGpuBufferWithStore<T> for Webgpu {
    async fn map_async(
        store: &Accessor<T, Self>,
        buffer: Resource<Buffer>,
        mode: GpuMapMode,
        offset: Option<u64>,
        size: Option<u64>,
    ) -> Result<std::result::Result<(), MapAsyncError>> {
        let begin = |front: &mut Front<'_>| front.begin_mapping(&buffer, later::mode(mode), offset, size);
        let beginning = match store.with(|mut access| begin(&mut access.get()))? {
            Ok(beginning) => beginning,
            Err(why) => return Ok(Err(unmapped(why))),
        };
        let hold = beginning.hold.clone();
        let range = beginning.come().await;
        store.with(|mut access| {
            Ok(access.get().get_mut(&buffer)?.finish_mapping(&hold, range).map_err(unmapped))
        })
    }
}
