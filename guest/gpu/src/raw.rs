//! The functions of `dayfly:gpu/v1`, and what they are given.

/// A constant that a pipeline sets.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    /// Where its name is.
    pub name: *const u8,
    /// How long that is.
    pub name_length: usize,
    /// Its value.
    pub value: f64,
}

/// A place for a buffer in a layout.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Slot {
    /// Which.
    pub binding: u32,
    /// 2 a uniform, 3 storage, 4 storage that is only read.
    pub kind: u32,
    /// 1 where an offset is given when it is bound.
    pub has_dynamic_offset: u32,
    /// 0.
    pub reserved: u32,
    /// The fewest bytes; 0 leaves it to the shader.
    pub min_size: u64,
}

/// A buffer in such a place.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Binding {
    /// Which.
    pub binding: u32,
    /// The buffer's handle.
    pub buffer: i32,
    /// From where on.
    pub offset: u64,
    /// How much; 0 is all that follows.
    pub size: u64,
}

#[cfg_attr(target_arch = "wasm32", link(wasm_import_module = "dayfly:gpu/v1"))]
extern "C" {
    pub fn version() -> i32;
    pub fn gpu_count() -> i32;
    pub fn gpu_info(index: u32, out: *mut u8, room: u32) -> i32;
    pub fn gpu_features(index: u32) -> i64;
    pub fn gpu_last_error(out: *mut u8, room: u32) -> i32;
    pub fn device_limits(device: i32, out: *mut u8, room: u32) -> i32;
    pub fn device_features(device: i32) -> i64;
    pub fn device_status(device: i32) -> i32;
    pub fn device_usage(device: i32, out: *mut u8, room: u32) -> i32;
    pub fn close(handle: i32) -> i32;
    pub fn encoder(device: i32) -> i32;
    pub fn buffer_copy(
        encoder: i32,
        source: i32,
        source_offset: u64,
        target: i32,
        target_offset: u64,
        size: u64,
    ) -> i32;
    pub fn buffer_clear(encoder: i32, buffer: i32, offset: u64, size: u64) -> i32;
    pub fn query_resolve(encoder: i32, set: i32, first: u32, count: u32, buffer: i32, offset: u64) -> i32;
    pub fn pass_begin(encoder: i32, set: i32, begin: u32, end: u32) -> i32;
    pub fn pass_pipeline(pass: i32, pipeline: i32) -> i32;
    pub fn pass_bind(pass: i32, index: u32, group: i32, offsets: *const u32, count: u32) -> i32;
    pub fn pass_immediates(pass: i32, offset: u32, data: *const u8, length: u32) -> i32;
    pub fn pass_dispatch(pass: i32, x: u32, y: u32, z: u32) -> i32;
    pub fn pass_dispatch_indirect(pass: i32, buffer: i32, offset: u64) -> i32;
    pub fn pass_end(pass: i32) -> i32;
    pub fn read_finish(ticket: i32, out: *mut u8, length: u32) -> i32;
    pub fn error_push(device: i32, filter: u32) -> i32;
    pub fn error_pop(device: i32, kind: *mut u32, out: *mut u8, room: u32) -> i32;
    pub fn device_open(index: u32, description: *const u8, length: u32) -> i32;
    pub fn buffer_create(device: i32, size: u64, usage: u32) -> i32;
    pub fn shader_create(device: i32, wgsl: *const u8, length: u32) -> i32;
    pub fn pipeline_create(
        device: i32,
        shader: i32,
        layout: i32,
        entry: *const u8,
        entry_length: u32,
        constants: *const Constant,
        count: u32,
    ) -> i32;
    pub fn pipeline_layout(device: i32, layouts: *const i32, count: u32, immediates: u32) -> i32;
    pub fn bind_group_layout(device: i32, entries: *const Slot, count: u32) -> i32;
    pub fn pipeline_get_layout(pipeline: i32, group: u32) -> i32;
    pub fn bind_group(device: i32, layout: i32, entries: *const Binding, count: u32) -> i32;
    pub fn query_set(device: i32, count: u32) -> i32;
    pub fn buffer_write(buffer: i32, offset: u64, data: *const u8, length: u32) -> i32;
    pub fn buffer_read(buffer: i32, offset: u64, out: *mut u8, length: u32) -> i32;
    pub fn read_start(buffer: i32, offset: u64, length: u32) -> i32;
    pub fn submit(encoder: i32, out: *mut u64) -> i32;
    pub fn wait(device: i32, serial: u64, time: i64) -> i32;
}
