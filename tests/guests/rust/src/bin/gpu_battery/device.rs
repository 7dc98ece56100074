//! What a device does. What is made in vain is handle 0, which stands for nothing.

use std::ptr::{null, null_mut};

use dayfly_gpu::{raw, Errno, Handle};
use gpu_battery::{Bound, Fault, Filter, Limit, Program, Slot, Stamps};

use crate::{lists, Device};

impl gpu_battery::Device for Device {
    type Buffer = Handle;
    type Shader = Handle;
    type Layout = Handle;
    type PipelineLayout = Handle;
    type Group = Handle;
    type Pipeline = Handle;
    type Queries = Handle;
    type Encoder = Handle;
    type Pass = Handle;

    fn limit(&self, limit: Limit) -> u64 {
        let mut limits = [0; 18 * 8];
        // SAFETY: there is room for so many bytes as long as the call.
        self.heed(unsafe { raw::device_limits(self.handle, limits.as_mut_ptr(), limits.len() as u32) });
        let number = match limit {
            Limit::BufferSize => 0,
            Limit::BindGroups => 3,
            Limit::Bindings => 4,
            Limit::DynamicStorage => 7,
            Limit::StorageAlignment => 9,
            Limit::UniformAlignment => 10,
            Limit::WorkgroupStorage => 11,
            Limit::Invocations => 12,
            Limit::Workgroups => 16,
            Limit::Immediates => 17,
        };
        u64::from_le_bytes(limits[number * 8..][..8].try_into().expect("eight bytes"))
    }

    fn buffer(&self, size: u64, usage: u32) -> Handle {
        // SAFETY: it takes numbers alone.
        self.heed(unsafe { raw::buffer_create(self.handle, size, usage) })
    }

    fn write(&self, buffer: &Handle, offset: u64, bytes: &[u8]) {
        // SAFETY: the bytes are there as long as the call.
        self.heed(unsafe { raw::buffer_write(*buffer, offset, bytes.as_ptr(), bytes.len() as u32) });
    }

    async fn read(&self, buffer: &Handle, offset: u64, length: u64) -> Vec<u8> {
        let mut bytes = vec![0; length as usize];
        dayfly_gpu::read(*buffer, offset, &mut bytes).expect("it is read");
        bytes
    }

    fn shader(&self, text: &str) -> Handle {
        // SAFETY: the text is there as long as the call.
        self.heed(unsafe { raw::shader_create(self.handle, text.as_ptr(), text.len() as u32) })
    }

    fn layout(&self, slots: &[Slot]) -> Handle {
        let slots = lists::slots(slots);
        // SAFETY: the list is there as long as the call.
        self.heed(unsafe { raw::bind_group_layout(self.handle, slots.as_ptr(), slots.len() as u32) })
    }

    fn pipeline_layout(&self, layouts: &[Option<&Handle>], immediates: u32) -> Handle {
        let handles: Vec<Handle> =
            layouts.iter().map(|layout| layout.map_or(0, |layout| valid(*layout))).collect();
        // SAFETY: the list is there as long as the call.
        self.heed(unsafe {
            raw::pipeline_layout(self.handle, handles.as_ptr(), handles.len() as u32, immediates)
        })
    }

    fn pipeline(&self, program: Program<'_, Self>) -> Handle {
        let constants = lists::constants(program.constants);
        let layout = program.layout.map_or(0, |layout| valid(*layout));
        let (entry, length) = program.entry.map_or((null(), 0), |entry| (entry.as_ptr(), entry.len() as u32));
        let count = constants.len() as u32;
        let constants = constants.as_ptr();
        // SAFETY: the name and the list are there as long as the call.
        self.heed(unsafe {
            raw::pipeline_create(self.handle, *program.shader, layout, entry, length, constants, count)
        })
    }

    fn layout_of(&self, pipeline: &Handle, index: u32) -> Handle {
        // SAFETY: it takes numbers alone.
        self.heed(unsafe { raw::pipeline_get_layout(*pipeline, index) })
    }

    fn group(&self, layout: &Handle, bound: &[Bound<'_, Handle>]) -> Handle {
        let bound = lists::bound(bound);
        // SAFETY: the list is there as long as the call.
        self.heed(unsafe { raw::bind_group(self.handle, *layout, bound.as_ptr(), bound.len() as u32) })
    }

    fn queries(&self, count: u32) -> Handle {
        // SAFETY: it takes numbers alone.
        self.heed(unsafe { raw::query_set(self.handle, count) })
    }

    fn encoder(&self) -> Handle {
        // SAFETY: it takes a number alone.
        self.heed(unsafe { raw::encoder(self.handle) })
    }

    fn copy(&self, encoder: &mut Handle, source: (&Handle, u64), target: (&Handle, u64), size: u64) {
        // SAFETY: it takes numbers alone.
        self.heed(unsafe { raw::buffer_copy(*encoder, *source.0, source.1, *target.0, target.1, size) });
    }

    fn clear(&self, encoder: &mut Handle, buffer: &Handle, offset: u64, size: u64) {
        // SAFETY: it takes numbers alone.
        self.heed(unsafe { raw::buffer_clear(*encoder, *buffer, offset, size) });
    }

    fn resolve(
        &self,
        encoder: &mut Handle,
        queries: &Handle,
        (first, count): (u32, u32),
        (target, offset): (&Handle, u64),
    ) {
        // SAFETY: it takes numbers alone.
        self.heed(unsafe { raw::query_resolve(*encoder, *queries, first, count, *target, offset) });
    }

    fn begin(&self, encoder: &mut Handle, stamps: Option<Stamps<'_, Handle>>) -> Handle {
        let none = Stamps { set: &0, begin: None, end: None };
        let Stamps { set, begin, end } = stamps.unwrap_or(none);
        let place = |place: Option<u32>| place.unwrap_or(u32::MAX);
        // SAFETY: it takes numbers alone.
        self.heed(unsafe { raw::pass_begin(*encoder, *set, place(begin), place(end)) })
    }

    fn set_pipeline(&self, pass: &mut Handle, pipeline: &Handle) {
        // SAFETY: it takes numbers alone.
        self.heed(unsafe { raw::pass_pipeline(*pass, *pipeline) });
    }

    fn bind(&self, pass: &mut Handle, index: u32, group: &Handle, offsets: &[u32]) {
        // SAFETY: the list is there as long as the call.
        self.heed(unsafe { raw::pass_bind(*pass, index, *group, offsets.as_ptr(), offsets.len() as u32) });
    }

    fn set_immediates(&self, pass: &mut Handle, offset: u32, bytes: &[u8]) {
        // SAFETY: the bytes are there as long as the call.
        self.heed(unsafe { raw::pass_immediates(*pass, offset, bytes.as_ptr(), bytes.len() as u32) });
    }

    fn dispatch(&self, pass: &mut Handle, [x, y, z]: [u32; 3]) {
        // SAFETY: it takes numbers alone.
        self.heed(unsafe { raw::pass_dispatch(*pass, x, y, z) });
    }

    fn dispatch_indirect(&self, pass: &mut Handle, buffer: &Handle, offset: u64) {
        // SAFETY: it takes numbers alone.
        self.heed(unsafe { raw::pass_dispatch_indirect(*pass, *buffer, offset) });
    }

    fn end(&self, pass: Handle) {
        // One that could not begin has no end.
        if pass != 0 {
            // SAFETY: it takes a number alone.
            self.heed(unsafe { raw::pass_end(pass) });
        }
    }

    fn submit(&self, encoders: Vec<Handle>) {
        for encoder in encoders {
            // SAFETY: it takes a number, and nowhere to put another one.
            self.heed(unsafe { raw::submit(encoder, null_mut()) });
        }
    }

    async fn done(&self) {
        dayfly_gpu::wait(self.handle, 0).expect("it is done");
    }

    fn push(&self, filter: Filter) {
        self.scopes.push(filter);
        let number = match filter {
            Fault::Validation => 1,
            Fault::OutOfMemory => 2,
            Fault::Internal => 3,
        };
        // SAFETY: it takes numbers alone.
        self.heed(unsafe { raw::error_push(self.handle, number) });
    }

    async fn pop(&self) -> Option<Fault> {
        let mut kind = 0;
        // SAFETY: there is room for the number as long as the call, and none for the text.
        self.heed(unsafe { raw::error_pop(self.handle, &mut kind, null_mut(), 0) });
        self.scopes.pop(match Errno(kind as i32) {
            Errno(0) => None,
            Errno::VALIDATION | Errno::COMPILE => Some(Fault::Validation),
            Errno::NO_MEMORY => Some(Fault::OutOfMemory),
            Errno::INTERNAL => Some(Fault::Internal),
            other => panic!("a scope caught {other:?}"),
        })
    }
}

impl Device {
    /// What a call gives; 0 where it fails. What scopes do not hear of is noted.
    fn heed(&self, given: i32) -> i32 {
        if given >= 0 {
            return given;
        }
        match Errno(-given) {
            // Scopes do.
            Errno::VALIDATION | Errno::COMPILE | Errno::NO_MEMORY | Errno::INTERNAL => {}
            // What WebGPU knows as things that are invalid has no handle here, and what it has rules for in data of 4
            // bytes, and in features, is wrong whatever the device is like.
            Errno::INVALID | Errno::BAD_HANDLE | Errno::NOT_SUPPORTED => self.scopes.note(),
            other => panic!("a call failed with {other:?}"),
        }
        0
    }
}

/// A handle, where 0 would stand for none, and not for one that is invalid.
fn valid(handle: Handle) -> Handle {
    if handle == 0 {
        -1
    } else {
        handle
    }
}
