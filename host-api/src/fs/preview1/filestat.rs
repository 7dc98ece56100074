//! What is known of files, and setting it: `fd_filestat_*`, `path_filestat_*`.

use super::fd::{DIRECTORY, REGULAR_FILE, SYMBOLIC_LINK, UNKNOWN, file_type};
use super::table::Object;
use super::{Context, Errno, Memory, Rights};
use crate::fs::{FileKind, Metadata, SetTime, SetTimes};

/// A link at the path's end is followed.
pub(super) const SYMLINK_FOLLOW: u32 = 1;

/// `fd_filestat_get`
pub fn fd_filestat_get(cx: &mut Context, memory: &mut Memory<'_>, fd: u32, stat: u32) -> Result<(), Errno> {
    let descriptor = cx.table.get(fd)?;
    descriptor.rights.check(Rights::FD_FILESTAT_GET)?;
    let metadata = match &descriptor.object {
        Object::File { file, .. } => cx.files.file_metadata(file)?,
        Object::Directory { directory, .. } => cx.files.directory_metadata(directory)?,
        stream => {
            let mut bytes = [0; 64];
            bytes[16] = file_type(cx, stream);
            return memory.write(stat, &bytes);
        }
    };
    write(memory, stat, &metadata)
}

/// `fd_filestat_set_size`
pub fn fd_filestat_set_size(cx: &mut Context, _: &mut Memory<'_>, fd: u32, size: u64) -> Result<(), Errno> {
    let (file, _) = cx.table.file(fd, Rights::FD_FILESTAT_SET_SIZE)?;
    // POSIX: a file that can't be written can't be made longer or shorter.
    match cx.files.set_size(file, size) {
        Err(crate::fs::Errno::BADF) => Err(Errno::INVAL),
        set => Ok(set?),
    }
}

/// `fd_filestat_set_times`
pub fn fd_filestat_set_times(
    cx: &mut Context,
    _: &mut Memory<'_>,
    fd: u32,
    accessed: u64,
    modified: u64,
    flags: u32,
) -> Result<(), Errno> {
    let times = times(accessed, modified, flags)?;
    let descriptor = cx.table.get(fd)?;
    descriptor.rights.check(Rights::FD_FILESTAT_SET_TIMES)?;
    match &descriptor.object {
        Object::File { file, .. } => Ok(cx.files.set_file_times(file, times)?),
        Object::Directory { directory, .. } => Ok(cx.files.set_directory_times(directory, times)?),
        Object::Stdin | Object::Stdout | Object::Stderr => Err(Errno::BADF),
    }
}

/// `path_filestat_get`
pub fn path_filestat_get(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    flags: u32,
    path: u32,
    length: u32,
    stat: u32,
) -> Result<(), Errno> {
    let directory = cx.table.directory(fd, Rights::PATH_FILESTAT_GET)?;
    let path = memory.text(path, length)?;
    let metadata = cx.files.metadata(directory, path, flags & SYMLINK_FOLLOW != 0)?;
    write(memory, stat, &metadata)
}

/// `path_filestat_set_times`
#[allow(clippy::too_many_arguments, reason = "the interface has them")]
pub fn path_filestat_set_times(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    flags: u32,
    path: u32,
    length: u32,
    accessed: u64,
    modified: u64,
    time_flags: u32,
) -> Result<(), Errno> {
    let times = times(accessed, modified, time_flags)?;
    let directory = cx.table.directory(fd, Rights::PATH_FILESTAT_SET_TIMES)?;
    let path = memory.text(path, length)?;
    Ok(cx.files.set_times(directory, path, flags & SYMLINK_FOLLOW != 0, times)?)
}

pub(super) fn type_of(kind: FileKind) -> u8 {
    match kind {
        FileKind::File => REGULAR_FILE,
        FileKind::Folder => DIRECTORY,
        FileKind::Link => SYMBOLIC_LINK,
        FileKind::Special => UNKNOWN,
    }
}

fn write(memory: &mut Memory<'_>, start: u32, metadata: &Metadata) -> Result<(), Errno> {
    let mut bytes = [0; 64];
    let mut put = |at: usize, value: u64| bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    put(0, metadata.device);
    put(8, metadata.inode);
    put(16, type_of(metadata.kind).into());
    put(24, metadata.links);
    put(32, metadata.size);
    put(40, metadata.accessed);
    put(48, metadata.modified);
    put(56, metadata.changed);
    memory.write(start, &bytes)
}

/// What the four flags mean: a time, or now, for each of the two.
fn times(accessed: u64, modified: u64, flags: u32) -> Result<SetTimes, Errno> {
    let time = |given: u32, now: u32, value| match (flags & given != 0, flags & now != 0) {
        (true, true) => Err(Errno::INVAL),
        (true, false) => Ok(SetTime::At(value)),
        (false, true) => Ok(SetTime::Now),
        (false, false) => Ok(SetTime::Keep),
    };
    if flags > 15 {
        return Err(Errno::INVAL);
    }
    Ok(SetTimes { accessed: time(1, 2, accessed)?, modified: time(4, 8, modified)? })
}
