//! Whether the kernel tells which pages were written to.

use std::fs::File;

use rustix::io;
use rustix::ioctl::{Opcode, Updater, ioctl, opcode};

/// `struct pm_scan_arg` of `linux/fs.h`: 12 fields of 64 bits.
#[repr(C)]
#[derive(Debug, Default)]
struct Scan {
    size: u64,
    flags: u64,
    start: u64,
    end: u64,
    walk_end: u64,
    vec: u64,
    vec_len: u64,
    max_pages: u64,
    category_inverted: u64,
    category_mask: u64,
    category_anyof_mask: u64,
    return_mask: u64,
}

/// `PAGEMAP_SCAN`
const PAGEMAP_SCAN: Opcode = opcode::read_write::<Scan>(b'f', 16);

/// Scans nothing: an empty range, without any place to write to.
pub(super) fn try_scan() -> io::Result<()> {
    let pagemap = File::open("/proc/self/pagemap")
        .map_err(|error| io::Errno::from_io_error(&error).unwrap_or(io::Errno::NOENT))?;
    let mut scan = Scan { size: size_of::<Scan>() as u64, ..Scan::default() };
    // SAFETY: `Scan` is laid out as the kernel's argument of this call is and lives as long as the call; the kernel
    // writes to its `walk_end` alone, as `vec` is null and `vec_len` is 0. On a file that does not know the call
    // nothing happens.
    #[allow(unsafe_code, reason = "there is no safe form of this call")]
    unsafe {
        ioctl(pagemap, Updater::<PAGEMAP_SCAN, Scan>::new(&mut scan))
    }
}
