//! What is done with open files besides reading and writing.

use super::table::Object;
use super::{Context, Errno, Memory, Rights};

/// `fd_advise`: advice is free to be ignored.
pub fn fd_advise(
    cx: &mut Context,
    _: &mut Memory<'_>,
    fd: u32,
    _offset: u64,
    _length: u64,
    advice: u32,
) -> Result<(), Errno> {
    if advice > 5 {
        return Err(Errno::INVAL);
    }
    if let Object::Directory { .. } = cx.table.get(fd)?.object {
        return Err(Errno::BADF);
    }
    cx.table.file(fd, Rights::FD_ADVISE).map(drop)
}

/// `fd_allocate`
pub fn fd_allocate(
    cx: &mut Context,
    _: &mut Memory<'_>,
    fd: u32,
    offset: u64,
    length: u64,
) -> Result<(), Errno> {
    let (file, _) = cx.table.file(fd, Rights::FD_ALLOCATE)?;
    Ok(cx.files.allocate(file, offset, length)?)
}

/// `fd_datasync`
pub fn fd_datasync(cx: &mut Context, _: &mut Memory<'_>, fd: u32) -> Result<(), Errno> {
    sync(cx, fd, Rights::FD_DATASYNC, true)
}

/// `fd_sync`
pub fn fd_sync(cx: &mut Context, _: &mut Memory<'_>, fd: u32) -> Result<(), Errno> {
    sync(cx, fd, Rights::FD_SYNC, false)
}

/// `fd_seek`: from the start (0), from here (1) or from the end (2).
pub fn fd_seek(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    offset: i64,
    whence: u32,
    position: u32,
) -> Result<(), Errno> {
    let needed = if offset == 0 && whence == 1 { Rights::FD_TELL } else { Rights::FD_SEEK };
    let (file, current) = cx.table.file(fd, needed)?;
    let base = match whence {
        0 => 0,
        1 => *current,
        2 => cx.files.file_metadata(file)?.size,
        _ => return Err(Errno::INVAL),
    };
    let sought = base.checked_add_signed(offset).filter(|position| i64::try_from(*position).is_ok());
    let sought = sought.ok_or(Errno::INVAL)?;
    memory.write_u64(position, sought)?;
    *current = sought;
    Ok(())
}

/// `fd_tell`
pub fn fd_tell(cx: &mut Context, memory: &mut Memory<'_>, fd: u32, position: u32) -> Result<(), Errno> {
    let (_, current) = cx.table.file(fd, Rights::FD_TELL)?;
    memory.write_u64(position, *current)
}

fn sync(cx: &mut Context, fd: u32, needed: Rights, only_content: bool) -> Result<(), Errno> {
    let descriptor = cx.table.get(fd)?;
    match &descriptor.object {
        Object::File { file, .. } => {
            descriptor.rights.check(needed)?;
            Ok(cx.files.sync(file, only_content)?)
        }
        Object::Directory { directory, .. } => Ok(cx.files.sync_directory(directory)?),
        Object::Stdin | Object::Stdout | Object::Stderr => Ok(()),
    }
}
