//! What is about graphics: dayfly computes only. Things of that kind are there, so that a guest that makes them is told by
//! an error what is missing; they are invalid, and to do anything with them does nothing.

mod images;
mod rendering;

use wasmtime::Result;

use super::Front;
use super::bindings::wasi::webgpu::webgpu::GpuRenderPipelineDescriptor;
use crate::gpu::Error;

/// What a guest is told that wants something of that kind.
pub(super) fn refused(what: &str) -> Error {
    Error::validation(format!("there are no {what} here: this host computes, and draws nothing"))
}

impl Front<'_> {
    /// Drops what goes with a description.
    pub(super) fn forget(&mut self, wanted: GpuRenderPipelineDescriptor) -> Result<()> {
        self.constants(wanted.vertex.constants)?;
        self.constants(wanted.fragment.and_then(|fragment| fragment.constants))?;
        Ok(())
    }
}
