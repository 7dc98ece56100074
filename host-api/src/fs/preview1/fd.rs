//! What descriptors are, and what is known of them: `fd_close`, `fd_renumber`, `fd_fdstat_*`, `fd_prestat_*`.

use super::table::Object;
use super::{Context, Errno, Memory, Rights};
use crate::stdio::StreamKind;

/// Each write goes to the end.
pub(super) const APPEND: u16 = 1;
/// Each write waits for its content to be on the disk.
pub(super) const DSYNC: u16 = 2;
/// Nothing waits.
pub(super) const NONBLOCK: u16 = 4;
/// Each write waits for its content, and what is known of the file, to be on the disk.
pub(super) const SYNC: u16 = 16;
/// All flags that there are.
pub(super) const ALL_FLAGS: u16 = APPEND | DSYNC | NONBLOCK | 8 | SYNC;

/// File types, as `wasi_snapshot_preview1.witx` numbers them.
pub(super) const UNKNOWN: u8 = 0;
pub(super) const CHARACTER_DEVICE: u8 = 2;
pub(super) const DIRECTORY: u8 = 3;
pub(super) const REGULAR_FILE: u8 = 4;
pub(super) const SYMBOLIC_LINK: u8 = 7;

/// `fd_close`
pub fn fd_close(cx: &mut Context, _: &mut Memory<'_>, fd: u32) -> Result<(), Errno> {
    cx.table.remove(fd)?.close(&mut cx.files);
    Ok(())
}

/// `fd_renumber`
pub fn fd_renumber(cx: &mut Context, _: &mut Memory<'_>, from: u32, to: u32) -> Result<(), Errno> {
    if let Some(replaced) = cx.table.renumber(from, to)? {
        replaced.close(&mut cx.files);
    }
    Ok(())
}

/// `fd_fdstat_get`
pub fn fd_fdstat_get(cx: &mut Context, memory: &mut Memory<'_>, fd: u32, stat: u32) -> Result<(), Errno> {
    let descriptor = cx.table.get(fd)?;
    let mut bytes = [0; 24];
    bytes[0] = file_type(cx, &descriptor.object);
    bytes[2..4].copy_from_slice(&descriptor.flags.to_le_bytes());
    bytes[8..16].copy_from_slice(&descriptor.rights.0.to_le_bytes());
    bytes[16..24].copy_from_slice(&descriptor.inheriting.0.to_le_bytes());
    memory.write(stat, &bytes)
}

/// `fd_fdstat_set_flags`
pub fn fd_fdstat_set_flags(cx: &mut Context, _: &mut Memory<'_>, fd: u32, flags: u32) -> Result<(), Errno> {
    let flags = known_flags(flags)?;
    let descriptor = cx.table.get_mut(fd)?;
    if let Object::File { file, .. } = &mut descriptor.object {
        descriptor.rights.check(Rights::FD_FDSTAT_SET_FLAGS)?;
        cx.files.set_append(file, flags & APPEND != 0)?;
    } else if matches!(descriptor.object, Object::Directory { .. }) {
        return Err(Errno::BADF);
    }
    descriptor.flags = flags;
    Ok(())
}

/// `fd_fdstat_set_rights`: rights are given up, never gained.
pub fn fd_fdstat_set_rights(
    cx: &mut Context,
    _: &mut Memory<'_>,
    fd: u32,
    rights: u64,
    inheriting: u64,
) -> Result<(), Errno> {
    let descriptor = cx.table.get_mut(fd)?;
    let (rights, inheriting) = (Rights(rights), Rights(inheriting));
    if !descriptor.rights.has(rights) || !descriptor.inheriting.has(inheriting) {
        return Err(Errno::NOTCAPABLE);
    }
    (descriptor.rights, descriptor.inheriting) = (rights, inheriting);
    Ok(())
}

/// `fd_prestat_get`
pub fn fd_prestat_get(cx: &mut Context, memory: &mut Memory<'_>, fd: u32, prestat: u32) -> Result<(), Errno> {
    let name = preopened(cx, fd)?;
    let mut bytes = [0; 8];
    bytes[4..].copy_from_slice(&u32::try_from(name.len()).unwrap_or(u32::MAX).to_le_bytes());
    memory.write(prestat, &bytes)
}

/// `fd_prestat_dir_name`
pub fn fd_prestat_dir_name(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Errno> {
    let name = preopened(cx, fd)?;
    if (length as usize) < name.len() {
        return Err(Errno::NAMETOOLONG);
    }
    memory.write(path, name.as_bytes())
}

fn preopened(cx: &Context, fd: u32) -> Result<&'static str, Errno> {
    match cx.table.get(fd)?.object {
        Object::Directory { preopened: true, .. } => Ok("/"),
        Object::Directory { .. } => Err(Errno::NOTSUP),
        _ => Err(Errno::BADF),
    }
}

pub(super) fn known_flags(flags: u32) -> Result<u16, Errno> {
    u16::try_from(flags).ok().filter(|flags| flags & !ALL_FLAGS == 0).ok_or(Errno::INVAL)
}

pub(super) fn file_type(cx: &Context, object: &Object) -> u8 {
    let stream = |kind| if kind == StreamKind::Terminal { CHARACTER_DEVICE } else { UNKNOWN };
    match object {
        Object::Stdin => stream(cx.stdin.kind()),
        Object::Stdout => stream(cx.stdout.kind()),
        Object::Stderr => stream(cx.stderr.kind()),
        Object::File { .. } => REGULAR_FILE,
        Object::Directory { .. } => DIRECTORY,
    }
}
