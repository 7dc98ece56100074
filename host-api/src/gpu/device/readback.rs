//! A few bytes that the GPU tells the host after each submission.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wgpu::{Buffer, BufferDescriptor, BufferUsages, CommandEncoder, Device, MapMode};

/// Bytes that come when a submission is done.
#[derive(Debug)]
pub(super) struct Readback {
    buffer: Buffer,
    mapped: Arc<AtomicBool>,
}

impl Readback {
    /// Room for so many.
    pub(super) fn new(device: &Device, size: u64) -> Readback {
        let usage = BufferUsages::MAP_READ | BufferUsages::COPY_DST;
        let buffer =
            device.create_buffer(&BufferDescriptor { label: None, size, usage, mapped_at_creation: false });
        Readback { buffer, mapped: Arc::default() }
    }

    /// Has the first bytes of a buffer come.
    pub(super) fn copy(&self, encoder: &mut CommandEncoder, source: &Buffer, size: u64) {
        encoder.copy_buffer_to_buffer(source, 0, &self.buffer, 0, size);
    }

    /// To be called when that is submitted.
    pub(super) fn map(&self, size: u64) {
        let mapped = self.mapped.clone();
        let note = move |result: Result<(), _>| mapped.store(result.is_ok(), Ordering::Release);
        self.buffer.slice(..size).map_async(MapMode::Read, note);
    }

    /// What came, once it is done; none where nothing did.
    pub(super) fn read<T>(&self, size: u64, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        if !self.mapped.swap(false, Ordering::AcqRel) {
            return None;
        }
        let value = self.buffer.slice(..size).get_mapped_range().ok().map(|view| read(&view));
        self.buffer.unmap();
        value
    }
}
