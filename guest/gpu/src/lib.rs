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
//! ```
#![no_std]

pub mod raw;

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

/// Compiles a shader in WGSL.
pub fn shader(device: Handle, wgsl: &str) -> Result<Handle> {
    // SAFETY: the text is there as long as the call.
    given(unsafe { raw::shader_create(device, wgsl.as_ptr(), wgsl.len() as u32) })
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
    let mut serial = 0;
    // SAFETY: they take numbers, but for the last, which writes the one that is there.
    unsafe {
        let encoder = given(raw::encoder(device))?;
        let pass = given(raw::pass_begin(encoder, 0, u32::MAX, u32::MAX))?;
        given(raw::pass_pipeline(pass, pipeline))?;
        given(raw::pass_bind(pass, 0, group, core::ptr::null(), 0))?;
        given(raw::pass_dispatch(pass, groups[0], groups[1], groups[2]))?;
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
    match core::str::from_utf8(&room[..length]) {
        Ok(text) => text,
        // It was cut within a character.
        Err(cut) => core::str::from_utf8(&room[..cut.valid_up_to()]).unwrap_or(""),
    }
}

fn given(number: i32) -> Result<i32> {
    if number < 0 {
        Err(Errno(-number))
    } else {
        Ok(number)
    }
}
