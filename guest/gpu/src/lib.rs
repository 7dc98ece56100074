//! Compute on GPUs from a WebAssembly module that dayfly runs: the functions of `dayfly:gpu/v1`.
//!
//! `docs/gpu-abi.md` in dayfly's repository says what each does. [`raw`] has the functions under their own names; beside it
//! stand the calls that take slices rather than addresses, and give a [`Result`].
//!
//! ```ignore
//! use dayfly_gpu as gpu;
//!
//! let device = gpu::open(0, gpu::Features::NONE)?;
//! let shader = gpu::shader(device, "@compute @workgroup_size(1) fn main() {}")?;
//! let pipeline = gpu::pipeline(device, shader, None, "main", &[])?;
//! let numbers = gpu::storage(device, &[1.0f32; 64])?;
//! let group = gpu::group(device, pipeline, 0, [numbers])?;
//! gpu::run(device, pipeline, group, [1, 1, 1])?;
//! gpu::read(numbers, 0, gpu::bytes_mut(&mut [0.0f32; 64]))?;
//! ```
//!
//! `examples/gpu` has whole programs.
#![no_std]

mod numbers;
pub mod raw;
mod told;

pub use numbers::{bytes, bytes_mut, Plain};
pub use told::{info, used, Info, Kind, Used};

/// What a handle stands for is the host's; 0 is none.
pub type Handle = i32;

/// Why a call failed: a positive number, as `docs/gpu-abi.md` lists them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Errno(pub i32);

impl Errno {
    /// An argument makes no sense.
    pub const INVALID: Errno = Errno(1);
    /// No such handle.
    pub const BAD_HANDLE: Errno = Errno(2);
    /// A pointer does not lie in the module's memory.
    pub const FAULT: Errno = Errno(3);
    /// Memory is used up.
    pub const NO_MEMORY: Errno = Errno(4);
    /// WebGPU's rules are broken.
    pub const VALIDATION: Errno = Errno(5);
    /// A shader can't be compiled.
    pub const COMPILE: Errno = Errno(6);
    /// The device is gone.
    pub const LOST: Errno = Errno(7);
    /// The time is over.
    pub const TIMED_OUT: Errno = Errno(8);
    /// The device can't do that.
    pub const NOT_SUPPORTED: Errno = Errno(9);
    /// No GPU is granted.
    pub const NOT_PERMITTED: Errno = Errno(10);
    /// It is not done yet.
    pub const AGAIN: Errno = Errno(11);
    /// A limit is met.
    pub const QUOTA: Errno = Errno(12);
    /// A fault of the driver or of the host.
    pub const INTERNAL: Errno = Errno(13);
}

/// What a call gives.
pub type Result<T> = core::result::Result<T, Errno>;

/// What a device is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Features(pub u64);

impl Features {
    /// Nothing beyond what every device has.
    pub const NONE: Features = Features(0);
    /// Times of passes.
    pub const TIMESTAMP_QUERY: Features = Features(1 << 0);
    /// `f16` in shaders.
    pub const SHADER_F16: Features = Features(1 << 1);
    /// Operations of subgroups in shaders.
    pub const SUBGROUPS: Features = Features(1 << 2);
    /// Values that are set without a buffer.
    pub const IMMEDIATES: Features = Features(1 << 3);
    /// `f64` in shaders.
    pub const SHADER_F64: Features = Features(1 << 4);
    /// `i64` and `u64` in shaders.
    pub const SHADER_INT64: Features = Features(1 << 5);
}

/// What buffers are for, as bits.
pub mod usage {
    /// It is copied from, and read.
    pub const COPY_SRC: u32 = 0x4;
    /// It is copied to, written and cleared.
    pub const COPY_DST: u32 = 0x8;
    /// It is bound as a uniform.
    pub const UNIFORM: u32 = 0x40;
    /// It is bound as storage.
    pub const STORAGE: u32 = 0x80;
    /// It holds the sizes of dispatches.
    pub const INDIRECT: u32 = 0x100;
    /// Results of queries go there.
    pub const QUERY_RESOLVE: u32 = 0x200;
}

/// How many GPUs the job has.
pub fn count() -> i32 {
    // SAFETY: it takes nothing.
    unsafe { raw::gpu_count() }
}

/// Opens a device.
pub fn open(index: u32, features: Features) -> Result<Handle> {
    let mut description = [0; 16];
    description[..8].copy_from_slice(&features.0.to_le_bytes());
    // SAFETY: the description is there as long as the call.
    given(unsafe { raw::device_open(index, description.as_ptr(), 16) })
}

/// Makes a buffer of so many bytes.
pub fn buffer(device: Handle, size: u64, usage: u32) -> Result<Handle> {
    // SAFETY: it takes numbers alone.
    given(unsafe { raw::buffer_create(device, size, usage) })
}

/// Makes a buffer with these numbers that shaders read and write, and that can be copied, read and written.
pub fn storage<T: Plain>(device: Handle, numbers: &[T]) -> Result<Handle> {
    let bytes = bytes(numbers);
    let buffer = buffer(device, bytes.len() as u64, usage::STORAGE | usage::COPY_SRC | usage::COPY_DST)?;
    write(buffer, 0, bytes)?;
    Ok(buffer)
}

/// Compiles a shader in WGSL.
pub fn shader(device: Handle, wgsl: &str) -> Result<Handle> {
    // SAFETY: the text is there as long as the call.
    given(unsafe { raw::shader_create(device, wgsl.as_ptr(), wgsl.len() as u32) })
}

/// A constant for a pipeline, by its name in the shader.
pub const fn constant(name: &'static str, value: f64) -> raw::Constant {
    raw::Constant { name: name.as_ptr(), name_length: name.len(), value }
}

/// Makes a pipeline; without a layout it has the one that its shader asks for.
pub fn pipeline(
    device: Handle,
    shader: Handle,
    layout: Option<Handle>,
    entry: &str,
    constants: &[raw::Constant],
) -> Result<Handle> {
    let (layout, length) = (layout.unwrap_or(0), entry.len() as u32);
    // SAFETY: the name and the constants are there as long as the call.
    given(unsafe {
        raw::pipeline_create(
            device,
            shader,
            layout,
            entry.as_ptr(),
            length,
            constants.as_ptr(),
            constants.len() as u32,
        )
    })
}

/// Binds whole buffers, in order from binding 0 on, to what a pipeline has for a group.
pub fn group<const N: usize>(
    device: Handle,
    pipeline: Handle,
    index: u32,
    buffers: [Handle; N],
) -> Result<Handle> {
    let mut bindings = [raw::Binding::default(); N];
    for (place, (binding, buffer)) in bindings.iter_mut().zip(buffers).enumerate() {
        *binding = raw::Binding { binding: place as u32, buffer, offset: 0, size: 0 };
    }
    // SAFETY: the list is there as long as the calls.
    unsafe {
        let layout = given(raw::pipeline_get_layout(pipeline, index))?;
        let group = given(raw::bind_group(device, layout, bindings.as_ptr(), N as u32));
        raw::close(layout);
        group
    }
}

/// Writes to a buffer.
pub fn write(buffer: Handle, offset: u64, bytes: &[u8]) -> Result<()> {
    // SAFETY: the bytes are there as long as the call.
    given(unsafe { raw::buffer_write(buffer, offset, bytes.as_ptr(), bytes.len() as u32) }).map(drop)
}

/// Reads from a buffer, once all is done that was submitted.
pub fn read(buffer: Handle, offset: u64, bytes: &mut [u8]) -> Result<()> {
    // SAFETY: there is room for the bytes as long as the call.
    given(unsafe { raw::buffer_read(buffer, offset, bytes.as_mut_ptr(), bytes.len() as u32) }).map(drop)
}

/// Runs a pipeline with one group of bindings, in one submission; gives its number.
pub fn run(device: Handle, pipeline: Handle, group: Handle, groups: [u32; 3]) -> Result<u64> {
    run_all(device, &[Step { pipeline, group, groups }])
}

/// A pipeline that is run, with one group of bindings.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Step {
    /// The pipeline.
    pub pipeline: Handle,
    /// What is bound to its first group.
    pub group: Handle,
    /// How many workgroups, each way.
    pub groups: [u32; 3],
}

/// Runs steps in order, in one submission; gives its number. A step finds in the buffers what those before it wrote.
pub fn run_all(device: Handle, steps: &[Step]) -> Result<u64> {
    let mut serial = 0;
    // SAFETY: they take numbers, but for the last, which writes the one that is there.
    unsafe {
        let encoder = given(raw::encoder(device))?;
        let pass = given(raw::pass_begin(encoder, 0, u32::MAX, u32::MAX))?;
        for Step { pipeline, group, groups: [x, y, z] } in steps {
            given(raw::pass_pipeline(pass, *pipeline))?;
            given(raw::pass_bind(pass, 0, *group, core::ptr::null(), 0))?;
            given(raw::pass_dispatch(pass, *x, *y, *z))?;
        }
        given(raw::pass_end(pass))?;
        given(raw::submit(encoder, &mut serial))?;
    }
    Ok(serial)
}

/// Waits until a submission is done; 0 means all of them.
pub fn wait(device: Handle, serial: u64) -> Result<()> {
    // SAFETY: it takes numbers alone.
    given(unsafe { raw::wait(device, serial, -1) }).map(drop)
}

/// Closes a handle.
pub fn close(handle: Handle) -> Result<()> {
    // SAFETY: it takes a number alone.
    given(unsafe { raw::close(handle) }).map(drop)
}

/// Puts the text of the last failure there; gives what is there of it.
pub fn last_error(room: &mut [u8]) -> &str {
    // SAFETY: there is room for so many bytes as long as the call.
    let length = unsafe { raw::gpu_last_error(room.as_mut_ptr(), room.len() as u32) };
    let length = (length.max(0) as usize).min(room.len());
    text(&room[..length])
}

/// A text that may have been cut within a character.
fn text(bytes: &[u8]) -> &str {
    match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(cut) => core::str::from_utf8(&bytes[..cut.valid_up_to()]).unwrap_or(""),
    }
}

fn given(number: i32) -> Result<i32> {
    if number < 0 {
        Err(Errno(-number))
    } else {
        Ok(number)
    }
}
