//! Groups of bindings.

use std::sync::Arc;

use super::Resource;

/// A group of bindings, with what it binds: the driver keeps that for as long as the group, so that it is counted as
/// long.
#[derive(Debug)]
pub(in crate::gpu) struct Group {
    pub(in crate::gpu) group: wgpu::BindGroup,
    pub(in crate::gpu) _buffers: Vec<Arc<Resource<wgpu::Buffer>>>,
}
