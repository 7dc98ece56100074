//! Names of files: `path_open` and what makes, removes and changes names.

use super::fd::{APPEND, known_flags};
use super::filestat::SYMLINK_FOLLOW;
use super::table::{Descriptor, Object};
use super::{Context, Errno, Memory, Rights};
use crate::fs::{Listing, OpenOptions, Opened};

const CREATE: u32 = 1;
const DIRECTORY: u32 = 2;
const EXCLUSIVE: u32 = 4;
const TRUNCATE: u32 = 8;

/// Rights without which a file need not be opened for writing.
const WRITING: Rights =
    Rights::FD_WRITE.and(Rights::FD_DATASYNC).and(Rights::FD_ALLOCATE).and(Rights::FD_FILESTAT_SET_SIZE);

/// `path_open`
#[allow(clippy::too_many_arguments, reason = "the interface has them")]
pub fn path_open(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    lookup: u32,
    path: u32,
    length: u32,
    open: u32,
    rights: u64,
    _inheriting: u64,
    flags: u32,
    opened: u32,
) -> Result<(), Errno> {
    let flags = known_flags(flags)?;
    if open > 15 {
        return Err(Errno::INVAL);
    }
    let mut needed = Rights::PATH_OPEN;
    for (flag, right) in [(CREATE, Rights::PATH_CREATE_FILE), (TRUNCATE, Rights::PATH_FILESTAT_SET_SIZE)] {
        if open & flag != 0 {
            needed = needed.and(right);
        }
    }
    let granted = cx.table.get(fd)?.inheriting;
    let directory = cx.table.directory(fd, needed)?;
    let asked = Rights(rights).common(granted);
    let options = OpenOptions {
        read: asked.common(Rights::FD_READ.and(Rights::FD_READDIR)) != Rights::NONE,
        write: asked.common(WRITING) != Rights::NONE,
        append: flags & APPEND != 0,
        create: open & CREATE != 0,
        exclusive: open & EXCLUSIVE != 0,
        truncate: open & TRUNCATE != 0,
        directory: open & DIRECTORY != 0,
        follow: lookup & SYMLINK_FOLLOW != 0,
    };
    // Written before anything is opened: a pointer that leads nowhere must not cost a handle.
    memory.write_u32(opened, 0)?;
    let path = memory.text(path, length)?;
    let descriptor = match cx.files.open(directory, path, options)? {
        Opened::File(file) => {
            let usable =
                Rights::FILE.without(Rights::FD_READ.and(Rights::FD_WRITE)).and(asked).common(Rights::FILE);
            let object = Object::File { file, position: 0 };
            Descriptor { object, rights: usable.common(granted), inheriting: Rights::NONE, flags }
        }
        Opened::Directory(directory) => {
            let object = Object::Directory { directory, listing: Listing::default(), preopened: false };
            // Folders pass on what they were given: rights are given up by `fd_fdstat_set_rights` alone.
            Descriptor { object, rights: Rights::FOLDER.common(granted), inheriting: granted, flags }
        }
    };
    let new = cx.table.insert(descriptor)?;
    memory.write_u32(opened, new)
}

/// `path_create_directory`
pub fn path_create_directory(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Errno> {
    let directory = cx.table.directory(fd, Rights::PATH_CREATE_DIRECTORY)?;
    Ok(cx.files.make_directory(directory, memory.text(path, length)?)?)
}

/// `path_remove_directory`
pub fn path_remove_directory(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Errno> {
    let directory = cx.table.directory(fd, Rights::PATH_REMOVE_DIRECTORY)?;
    Ok(cx.files.remove_directory(directory, memory.text(path, length)?)?)
}

/// `path_unlink_file`
pub fn path_unlink_file(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Errno> {
    let directory = cx.table.directory(fd, Rights::PATH_UNLINK_FILE)?;
    Ok(cx.files.remove_file(directory, memory.text(path, length)?)?)
}

/// `path_rename`
#[allow(clippy::too_many_arguments, reason = "the interface has them")]
pub fn path_rename(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    old: u32,
    old_length: u32,
    new_fd: u32,
    new: u32,
    new_length: u32,
) -> Result<(), Errno> {
    let from = cx.table.directory(fd, Rights::PATH_RENAME_SOURCE)?;
    let to = cx.table.directory(new_fd, Rights::PATH_RENAME_TARGET)?;
    Ok(cx.files.rename(from, memory.text(old, old_length)?, to, memory.text(new, new_length)?)?)
}

/// `path_link`
#[allow(clippy::too_many_arguments, reason = "the interface has them")]
pub fn path_link(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    flags: u32,
    old: u32,
    old_length: u32,
    new_fd: u32,
    new: u32,
    new_length: u32,
) -> Result<(), Errno> {
    let from = cx.table.directory(fd, Rights::PATH_LINK_SOURCE)?;
    let to = cx.table.directory(new_fd, Rights::PATH_LINK_TARGET)?;
    // POSIX leaves open what a link's own second name is; no other host of WASI makes one.
    if flags & SYMLINK_FOLLOW != 0 {
        return Err(Errno::INVAL);
    }
    Ok(cx.files.hard_link(from, memory.text(old, old_length)?, to, memory.text(new, new_length)?)?)
}

/// `path_symlink`
pub fn path_symlink(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    contents: u32,
    contents_length: u32,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Errno> {
    let directory = cx.table.directory(fd, Rights::PATH_SYMLINK)?;
    Ok(cx.files.symlink(memory.text(contents, contents_length)?, directory, memory.text(path, length)?)?)
}

/// `path_readlink`: as much of the link's contents as there is room for.
#[allow(clippy::too_many_arguments, reason = "the interface has them")]
pub fn path_readlink(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    path: u32,
    length: u32,
    buffer: u32,
    buffer_length: u32,
    used: u32,
) -> Result<(), Errno> {
    let directory = cx.table.directory(fd, Rights::PATH_READLINK)?;
    let contents = cx.files.read_link(directory, memory.text(path, length)?)?;
    let count = contents.len().min(buffer_length as usize);
    memory.write(buffer, &contents.as_bytes()[..count])?;
    memory.write_u32(used, u32::try_from(count).map_err(|_| Errno::OVERFLOW)?)
}
