//! Making what shaders work on: buffers, what binds them, and sets of queries.

use std::num::NonZeroU64;
use std::sync::Arc;

use wgpu::BufferUsages;

use super::thing::{Buffer, Queries, Thing};
use super::{Context, bad_handle};
use crate::gpu::device::{Device, Group, Queries as QuerySet};
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
    pub(in crate::gpu) kind: u32,
    pub(in crate::gpu) dynamic: bool,
    pub(in crate::gpu) least: u64,
}

/// A part of a buffer that is bound.
#[derive(Clone, Copy, Debug)]
pub(in crate::gpu) struct Bound {
    pub(in crate::gpu) binding: u32,
    pub(in crate::gpu) buffer: i32,
    pub(in crate::gpu) offset: u64,
    /// All that follows where it is 0.
    pub(in crate::gpu) size: u64,
}

impl Context {
    pub(in crate::gpu) async fn create_buffer(
        &mut self,
        device: i32,
        size: u64,
        usage: u32,
    ) -> Result<i32, Error> {
        let device = self.device(device)?;
        let usage =
            BufferUsages::from_bits(usage).filter(|usage| USAGES.contains(*usage) && !usage.is_empty());
        let usage = usage.ok_or_else(|| {
            Error::invalid("a buffer is for any of copying, uniforms, storage, indirect dispatches and results of queries")
        })?;
        if size == 0 || size > device.limits.max_buffer_size {
            let most = device.limits.max_buffer_size;
            return Err(Error::validation(format!("a buffer has 1 to {most} bytes, and not {size}")));
        }
        let room = self.room(&device).await?;
        let memory = self.take_memory(&device, size).await?;
        let buffer = device.make(vec![room, memory], move |device| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size,
                usage,
                mapped_at_creation: false,
            })
        });
        let buffer = buffer.await?;
        self.things.add(Thing::Buffer(Buffer { device, buffer, size, usage }))
    }

    pub(in crate::gpu) async fn create_layout(
        &mut self,
        device: i32,
        slots: Vec<Slot>,
    ) -> Result<i32, Error> {
        let device = self.device(device)?;
        let entries = slots.into_iter().map(|slot| {
            let ty = match slot.kind {
                2 => wgpu::BufferBindingType::Uniform,
                3 => wgpu::BufferBindingType::Storage { read_only: false },
                4 => wgpu::BufferBindingType::Storage { read_only: true },
                kind => return Err(Error::invalid(format!("there is no kind {kind} of bindings"))),
            };
            let min_binding_size = NonZeroU64::new(slot.least);
            Ok(wgpu::BindGroupLayoutEntry {
                binding: slot.binding,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: slot.dynamic, min_binding_size },
                count: None,
            })
        });
        let entries = entries.collect::<Result<Vec<_>, Error>>()?;
        let room = self.room(&device).await?;
        let layout = device.make(vec![room], move |device| {
            device
                .create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries })
        });
        let layout = layout.await?;
        self.things.add(Thing::Layout { device, layout })
    }

    pub(in crate::gpu) async fn create_group(
        &mut self,
        device: i32,
        layout: i32,
        bound: &[Bound],
    ) -> Result<i32, Error> {
        let device = self.device(device)?;
        let layout = match self.things.get(layout) {
            Some(Thing::Layout { device: of, layout }) => {
                same(&device, of)?;
                layout.clone()
            }
            _ => return Err(bad_handle(layout, "a layout of bindings")),
        };
        let mut parts = Vec::with_capacity(bound.len());
        for bound in bound {
            let buffer = self.buffer(bound.buffer)?;
            same(&device, &buffer.device)?;
            let size = Some(bound.size).filter(|size| ![0, u64::MAX].contains(size));
            let end = bound.offset.checked_add(size.unwrap_or(0));
            if end.is_none_or(|end| end > buffer.size) {
                let text = format!(
                    "binding {} reaches beyond the {} bytes of its buffer",
                    bound.binding, buffer.size
                );
                return Err(Error::validation(text));
            }
            parts.push((bound.binding, buffer.buffer, bound.offset, size.and_then(NonZeroU64::new)));
        }
        let room = self.room(&device).await?;
        let group = device.make(vec![room], move |device| {
            let entries: Vec<_> = parts
                .iter()
                .map(|(binding, buffer, offset, size)| wgpu::BindGroupEntry {
                    binding: *binding,
                    resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                        buffer,
                        offset: *offset,
                        size: *size,
                    }),
                })
                .collect();
            let descriptor = wgpu::BindGroupDescriptor { label: None, layout: &layout, entries: &entries };
            let group = device.create_bind_group(&descriptor);
            drop(entries);
            let buffers = parts.into_iter().map(|(_, buffer, ..)| buffer).collect();
            Group { group, _buffers: buffers }
        });
        let group = group.await?;
        self.things.add(Thing::Group { device, group })
    }

    pub(in crate::gpu) async fn create_queries(&mut self, device: i32, count: u32) -> Result<i32, Error> {
        let device = self.device(device)?;
        if !device.features.contains(wgpu::Features::TIMESTAMP_QUERY) {
            let text = "the device was opened without the feature timestamp-query";
            return Err(Error::new(Errno::NotSupported, text));
        }
        if !(1..=wgpu::QUERY_SET_MAX_QUERIES).contains(&count) {
            let text = format!("a set has 1 to {} queries, and not {count}", wgpu::QUERY_SET_MAX_QUERIES);
            return Err(Error::validation(text));
        }
        let room = self.room(&device).await?;
        let memory = self.take_memory(&device, u64::from(count) * 8).await?;
        let set = device.make(vec![room, memory], move |device| {
            let ty = wgpu::QueryType::Timestamp;
            let set = device.create_query_set(&wgpu::QuerySetDescriptor { label: None, ty, count });
            QuerySet::new(set, count)
        });
        let set = set.await?;
        self.things.add(Thing::Queries(Queries { device, set, count }))
    }

    /// A buffer.
    pub(super) fn buffer(&mut self, handle: i32) -> Result<Buffer, Error> {
        match self.things.get(handle) {
            Some(Thing::Buffer(buffer)) => {
                self.about = Some(buffer.device.clone());
                Ok(buffer.clone())
            }
            _ => Err(bad_handle(handle, "a buffer")),
        }
    }
}

/// Whether something is of the device that it is used with.
pub(super) fn same(device: &Arc<Device>, other: &Arc<Device>) -> Result<(), Error> {
    match Arc::ptr_eq(device, other) {
        true => Ok(()),
        false => Err(Error::validation("it is of another device")),
    }
}
