//! As 0.0.1 has it: mapping waits.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::common::{buffer, errors};
use super::{Beginning, Unmapped};
use crate::gpu::component::Front;
use crate::gpu::component::bindings::first::{
    GetMappedRangeError, GetMappedRangeErrorKind, GpuBufferMapState, HostGpuBuffer, MapAsyncError,
    MapAsyncErrorKind, UnmapError,
};
use crate::gpu::component::label::{Label, dropped, labelled};
use crate::gpu::component::mapping::{Mapping, Mode};
use crate::gpu::component::things::Buffer;
use crate::gpu::component::usage::first;

errors!();

/// What is mapped to be read may be written, and that is forgotten, as in WebGPU: what gives JavaScript WebGPU's own
/// interface by this text writes all back when it unmaps.
fn written_to_be_read() -> std::result::Result<(), GetMappedRangeError> {
    Ok(())
}

impl HostGpuBuffer for Front<'_> {
    buffer!();

    fn usage(&mut self, buffer: Resource<Buffer>) -> Result<u32> {
        Ok(self.get(&buffer)?.usage.bits())
    }

    async fn map_async(
        &mut self,
        buffer: Resource<Buffer>,
        mode: u32,
        offset: Option<u64>,
        size: Option<u64>,
    ) -> Result<std::result::Result<(), MapAsyncError>> {
        let beginning: Beginning = match self.begin_mapping(&buffer, first::mode(mode), offset, size)? {
            Ok(beginning) => beginning,
            Err(why) => return Ok(Err(unmapped(why))),
        };
        let hold = beginning.hold.clone();
        let range = beginning.come().await;
        Ok(self.get_mut(&buffer)?.finish_mapping(&hold, range).map_err(unmapped))
    }
}
