//! Listing folders: `fd_readdir`.

use super::filestat::type_of;
use super::table::Object;
use super::{Context, Errno, Memory, Rights};

/// The part of an entry before its name, in bytes.
const HEADER: usize = 24;

/// `fd_readdir`: as many bytes of entries as there is room for; the last one may be cut off.
#[allow(clippy::too_many_arguments, reason = "the interface has them")]
pub fn fd_readdir(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    buffer: u32,
    length: u32,
    cookie: u64,
    used: u32,
) -> Result<(), Errno> {
    let descriptor = cx.table.get_mut(fd)?;
    let rights = descriptor.rights;
    let Object::Directory { directory, listing, .. } = &mut descriptor.object else {
        return Err(Errno::NOTDIR);
    };
    rights.check(Rights::FD_READDIR)?;
    let room = memory.bytes_mut(buffer, length)?;
    let mut filled = 0;
    let mut put = |bytes: &[u8]| {
        let count = bytes.len().min(room.len() - filled);
        room[filled..filled + count].copy_from_slice(&bytes[..count]);
        filled += count;
        count == bytes.len()
    };
    cx.files.entries(directory, listing, cookie, |entry| {
        let mut header = [0; HEADER];
        header[..8].copy_from_slice(&entry.next.to_le_bytes());
        header[8..16].copy_from_slice(&entry.inode.to_le_bytes());
        header[16..20].copy_from_slice(&u32::try_from(entry.name.len()).unwrap_or(u32::MAX).to_le_bytes());
        header[20] = type_of(entry.kind);
        put(&header) && put(entry.name.as_bytes())
    })?;
    memory.write_u32(used, u32::try_from(filled).map_err(|_| Errno::OVERFLOW)?)
}
