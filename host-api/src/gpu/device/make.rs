//! Making what shaders work on: buffers, what binds them, and sets of queries.

use std::num::NonZeroU64;
use std::sync::Arc;

use wgpu::{BufferUsages, ShaderStages};

use super::buffer::Data;
use super::{Buffer, Device, Group, Queries, Resource, same};
use crate::gpu::{Errno, Error};

/// What a buffer may be for.
const USAGES: BufferUsages = BufferUsages::COPY_SRC
    .union(BufferUsages::COPY_DST)
    .union(BufferUsages::UNIFORM)
    .union(BufferUsages::STORAGE)
    .union(BufferUsages::INDIRECT)
    .union(BufferUsages::QUERY_RESOLVE);

/// A place for a buffer, as a layout describes it.
#[derive(Clone, Copy, Debug)]
pub(in crate::gpu) struct Slot {
    pub(in crate::gpu) binding: u32,
    pub(in crate::gpu) ty: wgpu::BufferBindingType,
    pub(in crate::gpu) dynamic: bool,
    pub(in crate::gpu) least: u64,
    pub(in crate::gpu) visibility: ShaderStages,
}

/// A part of a buffer that is bound.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct Bound {
    pub(in crate::gpu) binding: u32,
    pub(in crate::gpu) buffer: Buffer,
    pub(in crate::gpu) offset: u64,
    /// All that follows where there is none.
    pub(in crate::gpu) size: Option<u64>,
}

/// A layout of bindings.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct Layout {
    pub(in crate::gpu) device: Arc<Device>,
    pub(in crate::gpu) layout: Arc<Resource<wgpu::BindGroupLayout>>,
}

/// A group of bindings, and the device that it is of.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct Bindings {
    pub(in crate::gpu) device: Arc<Device>,
    pub(in crate::gpu) group: Arc<Resource<Group>>,
}

/// A set of queries, and the device that it is of.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct QuerySet {
    pub(in crate::gpu) device: Arc<Device>,
    pub(in crate::gpu) set: Arc<Resource<Queries>>,
    pub(in crate::gpu) count: u32,
}

impl Bound {
    fn entry(&self) -> wgpu::BindGroupEntry<'_> {
        let size = self.size.and_then(NonZeroU64::new);
        let resource = wgpu::BufferBinding { buffer: &self.buffer.data, offset: self.offset, size };
        wgpu::BindGroupEntry { binding: self.binding, resource: wgpu::BindingResource::Buffer(resource) }
    }
}

impl Device {
    /// Makes a buffer that is full of zeros. `own` is what the host uses it for besides its guest.
    ///
    /// # Errors
    /// It can't be for that, or so large, or the guest may not have so much.
    pub(in crate::gpu) async fn create_buffer(
        self: &Arc<Device>,
        size: u64,
        usage: BufferUsages,
        own: BufferUsages,
    ) -> Result<Buffer, Error> {
        let all = usage | own;
        if all.is_empty() || !USAGES.contains(all) {
            return Err(Error::invalid(
                "a buffer is for any of copying, uniforms, storage, indirect dispatches and results of queries",
            ));
        }
        let most = self.limits.max_buffer_size;
        if size == 0 || size > most {
            return Err(Error::validation(format!("a buffer has 1 to {most} bytes, and not {size}")));
        }
        let room = self.room().await?;
        let memory = self.take_memory(size).await?;
        let data = self.make(vec![room, memory], move |device| {
            let descriptor =
                wgpu::BufferDescriptor { label: None, size, usage: all, mapped_at_creation: false };
            Data::new(device.create_buffer(&descriptor))
        });
        Ok(Buffer { device: self.clone(), data: data.await?, size, usage })
    }

    /// Makes a layout of bindings.
    ///
    /// # Errors
    /// It can't be like that, or the guest may not have more.
    pub(in crate::gpu) async fn create_layout(self: &Arc<Device>, slots: Vec<Slot>) -> Result<Layout, Error> {
        let is_storage = |slot: &&Slot| {
            matches!(slot.ty, wgpu::BufferBindingType::Storage { .. })
                && slot.visibility.contains(ShaderStages::COMPUTE)
        };
        // The device itself has one more.
        let (count, most) =
            (slots.iter().filter(is_storage).count(), self.limits.max_storage_buffers_per_shader_stage);
        if count as u64 > most.into() {
            return Err(Error::validation(format!("{count} storage buffers, where there are {most}")));
        }
        let room = self.room().await?;
        let layout = self.make(vec![room], move |device| {
            let entry = |slot: &Slot| wgpu::BindGroupLayoutEntry {
                binding: slot.binding,
                visibility: slot.visibility,
                ty: wgpu::BindingType::Buffer {
                    ty: slot.ty,
                    has_dynamic_offset: slot.dynamic,
                    min_binding_size: NonZeroU64::new(slot.least),
                },
                count: None,
            };
            let entries: Vec<_> = slots.iter().map(entry).collect();
            device
                .create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries })
        });
        Ok(Layout { device: self.clone(), layout: layout.await? })
    }

    /// Makes a group of bindings.
    ///
    /// # Errors
    /// It can't be like that, or the guest may not have more.
    pub(in crate::gpu) async fn create_group(
        self: &Arc<Device>,
        layout: &Layout,
        bound: Vec<Bound>,
    ) -> Result<Bindings, Error> {
        same(self, &layout.device)?;
        let layout = layout.layout.clone();
        for Bound { binding, buffer, offset, size } in &bound {
            same(self, &buffer.device)?;
            if offset.checked_add(size.unwrap_or(0)).is_none_or(|end| end > buffer.size) {
                let text =
                    format!("binding {binding} reaches beyond the {} bytes of its buffer", buffer.size);
                return Err(Error::validation(text));
            }
            if size.unwrap_or_else(|| buffer.size.saturating_sub(*offset)) == 0 {
                return Err(Error::validation(format!("binding {binding} has no bytes")));
            }
        }
        let room = self.room().await?;
        let group = self.make(vec![room], move |device| {
            let entries: Vec<_> = bound.iter().map(Bound::entry).collect();
            let descriptor = wgpu::BindGroupDescriptor { label: None, layout: &layout, entries: &entries };
            let group = device.create_bind_group(&descriptor);
            drop(entries);
            let buffers = bound.into_iter().map(|bound| bound.buffer.data).collect();
            Group { group, buffers }
        });
        Ok(Bindings { device: self.clone(), group: group.await? })
    }

    /// Makes a set of queries.
    ///
    /// # Errors
    /// The device has none, or the guest may not have so many.
    pub(in crate::gpu) async fn create_queries(self: &Arc<Device>, count: u32) -> Result<QuerySet, Error> {
        if !self.features.contains(wgpu::Features::TIMESTAMP_QUERY) {
            let text = "the device was opened without the feature timestamp-query";
            return Err(Error::new(Errno::NotSupported, text));
        }
        if !(1..=wgpu::QUERY_SET_MAX_QUERIES).contains(&count) {
            let text = format!("a set has 1 to {} queries, and not {count}", wgpu::QUERY_SET_MAX_QUERIES);
            return Err(Error::validation(text));
        }
        let room = self.room().await?;
        let memory = self.take_memory(u64::from(count) * 8).await?;
        let set = self.make(vec![room, memory], move |device| {
            let ty = wgpu::QueryType::Timestamp;
            let set = device.create_query_set(&wgpu::QuerySetDescriptor { label: None, ty, count });
            Queries::new(set, count)
        });
        Ok(QuerySet { device: self.clone(), set: set.await?, count })
    }
}
