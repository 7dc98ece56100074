//! Calls of WASI preview 1 that the standard library does not offer, or offers only after its own checks.

use crate::errno;

/// The descriptor of the one folder that a guest starts with.
pub const ROOT: u32 = 3;

/// `path_open`: create the file if it is missing.
pub const CREATE: u16 = 1;
/// `path_open`: cut the file to nothing.
pub const TRUNCATE: u16 = 8;
/// The right to write.
pub const WRITE: u64 = 1 << 6;
/// The right to read.
pub const READ: u64 = 1 << 1;

mod raw {
    #[link(wasm_import_module = "wasi_snapshot_preview1")]
    extern "C" {
        pub fn fd_write(fd: u32, iovs: *const super::Slice, count: usize, written: *mut usize) -> i32;
        pub fn path_create_directory(fd: u32, path: *const u8, length: usize) -> i32;
        #[allow(clippy::too_many_arguments)]
        pub fn path_open(
            fd: u32,
            follow: u32,
            path: *const u8,
            length: usize,
            flags: u32,
            rights: u64,
            inheriting: u64,
            fd_flags: u32,
            opened: *mut u32,
        ) -> i32;
        pub fn path_symlink(old: *const u8, old_len: usize, fd: u32, new: *const u8, new_len: usize) -> i32;
        pub fn poll_oneoff(
            subscriptions: *const super::Subscription,
            events: *mut super::Event,
            count: usize,
            happened: *mut usize,
        ) -> i32;
        pub fn proc_exit(code: u32) -> !;
    }
}

/// One slice of a gathered write.
#[repr(C)]
pub struct Slice {
    start: *const u8,
    length: usize,
}

/// A wait for a point in time.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Subscription {
    userdata: u64,
    kind: u64,
    clock: u64,
    timeout: u64,
    precision: u64,
    flags: u64,
}

/// What happened.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Event {
    /// The subscription's own number.
    pub userdata: u64,
    /// An error number.
    pub error: u16,
    /// 0 is a clock.
    pub kind: u8,
    bytes: u64,
    flags: u64,
}

/// Waits for the first of several timers, each given in nanoseconds from now, and returns those that are over.
pub fn poll_timers(nanoseconds: &[u64]) -> Result<Vec<Event>, &'static str> {
    let monotonic = 1;
    let subscriptions: Vec<Subscription> = (0u64..)
        .zip(nanoseconds)
        .map(|(userdata, &timeout)| Subscription {
            userdata,
            clock: monotonic,
            timeout,
            ..Default::default()
        })
        .collect();
    let mut events = vec![Event::default(); subscriptions.len()];
    let mut happened = 0;
    // SAFETY: both arrays hold `subscriptions.len()` entries of the layout that preview 1 describes.
    let error = unsafe {
        raw::poll_oneoff(subscriptions.as_ptr(), events.as_mut_ptr(), subscriptions.len(), &mut happened)
    };
    checked(error)?;
    events.truncate(happened);
    Ok(events)
}

/// Ends the guest with any exit code that preview 1 knows.
pub fn exit(code: u32) -> ! {
    // SAFETY: it takes a number and does not come back.
    unsafe { raw::proc_exit(code) }
}

/// Makes a folder below a descriptor, whatever its name.
pub fn create_directory(fd: u32, path: &[u8]) -> Result<(), &'static str> {
    // SAFETY: pointer and length describe `path`.
    checked(unsafe { raw::path_create_directory(fd, path.as_ptr(), path.len()) })
}

/// Opens what lies below a descriptor, following symbolic links.
pub fn open(fd: u32, path: &str, flags: u16, rights: u64) -> Result<u32, &'static str> {
    let mut opened = 0;
    // SAFETY: pointer and length describe `path`, and `opened` is written to.
    checked(unsafe {
        raw::path_open(fd, 1, path.as_ptr(), path.len(), flags.into(), rights, rights, 0, &mut opened)
    })?;
    Ok(opened)
}

/// Makes a symbolic link below a descriptor.
pub fn symlink(target: &str, fd: u32, path: &str) -> Result<(), &'static str> {
    // SAFETY: the pointers and lengths describe the two texts.
    checked(unsafe { raw::path_symlink(target.as_ptr(), target.len(), fd, path.as_ptr(), path.len()) })
}

/// Writes to a descriptor.
pub fn write(fd: u32, bytes: &[u8]) -> Result<usize, &'static str> {
    let slice = Slice { start: bytes.as_ptr(), length: bytes.len() };
    let mut written = 0;
    // SAFETY: one slice, which describes `bytes`.
    checked(unsafe { raw::fd_write(fd, &slice, 1, &mut written) })?;
    Ok(written)
}

fn checked(error: i32) -> Result<(), &'static str> {
    match error {
        0 => Ok(()),
        number => Err(errno::name_of(number)),
    }
}
