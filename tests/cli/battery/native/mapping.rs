//! Mapping, and waiting for it.

use std::sync::mpsc::channel;

use gpu_battery::Mapping;
use wgpu::{BufferUsages, MapMode};

use super::Device;

impl Device {
    /// Waits for all that was submitted, and has told of it whoever is to be told.
    pub(super) fn finish_all(&self) {
        let _ = self.device.poll(wgpu::PollType::wait_indefinitely());
    }

    /// Maps a buffer, and waits for that; false where it is not mapped.
    pub(super) fn map_now(&self, buffer: &wgpu::Buffer, mapping: Mapping, offset: u64, size: u64) -> bool {
        let mode = match mapping {
            Mapping::Read => MapMode::Read,
            Mapping::Write => MapMode::Write,
        };
        let (answer, comes) = channel();
        buffer.map_async(mode, offset..offset + size, move |mapped| answer.send(mapped.is_ok()).unwrap());
        self.finish_all();
        comes.recv().expect("it is told")
    }

    /// What is in a part of a buffer, by a copy.
    pub(super) fn copied(&self, buffer: &wgpu::Buffer, offset: u64, size: u64) -> Vec<u8> {
        let usage = BufferUsages::MAP_READ | BufferUsages::COPY_DST;
        let descriptor = wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false };
        let target = self.device.create_buffer(&descriptor);
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_buffer_to_buffer(buffer, offset, &target, 0, size);
        self.queue.submit([encoder.finish()]);
        assert!(self.map_now(&target, Mapping::Read, 0, size), "what was copied is mapped");
        let view = target.get_mapped_range(..).expect("it is mapped");
        view.to_vec()
    }
}
