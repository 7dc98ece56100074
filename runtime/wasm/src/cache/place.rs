//! Whether code may be mapped where it lies.

use std::fs::File;
use std::io;

/// Whether a file of this file system may be mapped as code once it was checked: local, so that nothing changes it
/// without changing its times, and not mounted `noexec`. Elsewhere code is copied into memory at each load. What
/// is not known is not trusted.
#[cfg(target_os = "linux")]
pub(super) fn maps_in_place(file: &File) -> io::Result<bool> {
    let system = rustix::fs::fstatfs(file)?;
    // Both are of another type on each kind of machine.
    #[allow(clippy::unnecessary_cast, reason = "the types of the fields depend on the target")]
    let (kind, flags) = (system.f_type as u32, system.f_flags as u64);
    Ok(LOCAL.contains(&kind) && flags & NOEXEC == 0)
}

/// Elsewhere it is not known which file systems are local.
#[cfg(not(target_os = "linux"))]
pub(super) fn maps_in_place(_: &File) -> io::Result<bool> {
    Ok(false)
}

/// `ST_NOEXEC`
#[cfg(target_os = "linux")]
const NOEXEC: u64 = 8;

/// File systems that nobody but this kernel writes to, by their magic numbers.
#[cfg(target_os = "linux")]
const LOCAL: [u32; 10] = [
    0x0000_ef53, // ext2, ext3, ext4
    0x5846_5342, // XFS
    0x9123_683e, // Btrfs
    0x0102_1994, // tmpfs
    0x8584_58f6, // ramfs
    0x2fc1_2fc1, // ZFS
    0xf2f5_2010, // F2FS
    0xca45_1a4e, // bcachefs
    0x794c_7630, // overlayfs
    0x3153_464a, // JFS
];
