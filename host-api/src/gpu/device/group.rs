//! Groups of bindings.

use std::sync::Arc;

use super::Resource;
use super::buffer::Data;

/// A group of bindings, with what it binds: the driver keeps that for as long as the group, so that it is counted as
/// long.
#[derive(Debug)]
pub(in crate::gpu) struct Group {
    pub(super) group: wgpu::BindGroup,
    #[cfg_attr(not(feature = "components"), allow(dead_code, reason = "kept for as long as the group"))]
    pub(super) buffers: Vec<Arc<Resource<Data>>>,
}
