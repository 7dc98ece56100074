//! Reading and writing: `fd_read`, `fd_pread`, `fd_write`, `fd_pwrite`.

use std::future::poll_fn;
use std::task::Poll;

use super::fd::{DSYNC, NONBLOCK, SYNC};
use super::table::Object;
use super::{Context, Errno, Memory, Rights};
use crate::fs::{FileSystem, OpenFile};

/// Pieces of one read or write that are collected before the host is asked, in bytes all together.
const COLLECT: usize = 64 << 10;
/// The most bytes of one read or write: a guest that asks for more gets less, and can be stopped in between.
const MOST: usize = 16 << 20;

/// `fd_read`
pub async fn fd_read(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    iovs: u32,
    count: u32,
    nread: u32,
) -> Result<(), Errno> {
    let vectors = memory.vectors(iovs, count)?;
    let descriptor = cx.table.get_mut(fd)?;
    let rights = descriptor.rights;
    let read = match &mut descriptor.object {
        Object::File { file, position } => {
            rights.check(Rights::FD_READ)?;
            let read = read_file(&mut cx.files, file, memory, &vectors, *position, &mut cx.pieces)?;
            *position += read as u64;
            read
        }
        Object::Stdin => {
            rights.check(Rights::FD_READ)?;
            let nonblocking = descriptor.flags & NONBLOCK != 0;
            let read = read_stream(cx, memory, &vectors, nonblocking).await?;
            cx.streamed.read_bytes += read as u64;
            read
        }
        Object::Directory { .. } => return Err(Errno::ISDIR),
        Object::Stdout | Object::Stderr => return Err(Errno::BADF),
    };
    memory.write_u32(nread, u32::try_from(read).map_err(|_| Errno::OVERFLOW)?)
}

/// `fd_pread`
pub fn fd_pread(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    iovs: u32,
    count: u32,
    offset: u64,
    nread: u32,
) -> Result<(), Errno> {
    let vectors = memory.vectors(iovs, count)?;
    let (file, _) = cx.table.file(fd, Rights::FD_READ.and(Rights::FD_SEEK))?;
    let read = read_file(&mut cx.files, file, memory, &vectors, offset, &mut cx.pieces)?;
    memory.write_u32(nread, u32::try_from(read).map_err(|_| Errno::OVERFLOW)?)
}

/// `fd_write`
pub async fn fd_write(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    iovs: u32,
    count: u32,
    nwritten: u32,
) -> Result<(), Errno> {
    let vectors = memory.vectors(iovs, count)?;
    let descriptor = cx.table.get_mut(fd)?;
    let (rights, flags) = (descriptor.rights, descriptor.flags);
    let written = match &mut descriptor.object {
        Object::File { file, position } => {
            rights.check(Rights::FD_WRITE)?;
            let (written, end) =
                write_file(&mut cx.files, file, memory, &vectors, *position, &mut cx.pieces)?;
            *position = end;
            sync(&mut cx.files, file, flags)?;
            written
        }
        Object::Stdout | Object::Stderr => {
            rights.check(Rights::FD_WRITE)?;
            let to_stdout = matches!(descriptor.object, Object::Stdout);
            let written = write_stream(cx, memory, &vectors, to_stdout, flags & NONBLOCK != 0).await?;
            cx.streamed.written_bytes += written as u64;
            written
        }
        Object::Directory { .. } | Object::Stdin => return Err(Errno::BADF),
    };
    memory.write_u32(nwritten, u32::try_from(written).map_err(|_| Errno::OVERFLOW)?)
}

/// `fd_pwrite`
pub fn fd_pwrite(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    fd: u32,
    iovs: u32,
    count: u32,
    offset: u64,
    nwritten: u32,
) -> Result<(), Errno> {
    let vectors = memory.vectors(iovs, count)?;
    let flags = cx.table.get(fd)?.flags;
    let (file, _) = cx.table.file(fd, Rights::FD_WRITE.and(Rights::FD_SEEK))?;
    let (written, _) = write_file(&mut cx.files, file, memory, &vectors, offset, &mut cx.pieces)?;
    sync(&mut cx.files, file, flags)?;
    memory.write_u32(nwritten, u32::try_from(written).map_err(|_| Errno::OVERFLOW)?)
}

fn read_file(
    files: &mut FileSystem,
    file: &OpenFile,
    memory: &mut Memory<'_>,
    vectors: &[(u32, u32)],
    offset: u64,
    pieces: &mut Vec<u8>,
) -> Result<usize, Errno> {
    let total = total(vectors);
    if vectors.len() > 1 && total <= COLLECT {
        pieces.resize(total, 0);
        let read = files.read(file, pieces, offset)?;
        scatter(memory, vectors, &pieces[..read])?;
        return Ok(read);
    }
    let mut done = 0;
    for &(start, length) in vectors {
        let wanted = length.min(u32::try_from(MOST - done).unwrap_or(u32::MAX));
        let read =
            match files.read(file, memory.bytes_mut(start, wanted)?, offset.saturating_add(done as u64)) {
                Err(_) if done > 0 => break,
                read => read?,
            };
        done += read;
        if read < length as usize {
            break;
        }
    }
    // Nothing wanted is still a question whether the file can be read.
    if vectors.is_empty() { Ok(files.read(file, &mut [], offset)?) } else { Ok(done) }
}

fn write_file(
    files: &mut FileSystem,
    file: &OpenFile,
    memory: &Memory<'_>,
    vectors: &[(u32, u32)],
    offset: u64,
    pieces: &mut Vec<u8>,
) -> Result<(usize, u64), Errno> {
    if vectors.len() > 1 && total(vectors) <= COLLECT {
        gather(memory, vectors, pieces)?;
        return Ok(files.write(file, pieces, offset)?);
    }
    if vectors.len() > 1 || total(vectors) > MOST {
        files.may_write_all(file, total(vectors) as u64, offset)?;
    }
    let (mut done, mut end) = (0, offset);
    for &(start, length) in vectors {
        let some = length.min(u32::try_from(MOST - done).unwrap_or(u32::MAX));
        let (written, at) = match files.write(file, memory.bytes(start, some)?, end) {
            Err(_) if done > 0 => break,
            written => written?,
        };
        done += written;
        end = at;
        if written < length as usize {
            break;
        }
    }
    if vectors.is_empty() { Ok(files.write(file, &[], offset)?) } else { Ok((done, end)) }
}

async fn read_stream(
    cx: &mut Context,
    memory: &mut Memory<'_>,
    vectors: &[(u32, u32)],
    nonblocking: bool,
) -> Result<usize, Errno> {
    // A stream gives what it has; one piece of it is enough for an answer. Not an empty one: that would be the end.
    let Some(&(start, length)) = vectors.iter().find(|&&(_, length)| length > 0) else { return Ok(0) };
    let buffer = memory.bytes_mut(start, length)?;
    let read = poll_fn(|task| match cx.stdin.poll_read(task, buffer) {
        Poll::Pending if nonblocking => Poll::Ready(Err(std::io::ErrorKind::WouldBlock.into())),
        polled => polled,
    });
    Ok(read.await?)
}

async fn write_stream(
    cx: &mut Context,
    memory: &Memory<'_>,
    vectors: &[(u32, u32)],
    to_stdout: bool,
    nonblocking: bool,
) -> Result<usize, Errno> {
    let Context { stdout, stderr, pieces, .. } = cx;
    let output = if to_stdout { stdout } else { stderr };
    let bytes = match vectors {
        [] => return Ok(0),
        [(start, length)] => memory.bytes(*start, *length)?,
        several if total(several) <= COLLECT => {
            gather(memory, several, pieces)?;
            pieces
        }
        [(start, length), ..] => memory.bytes(*start, *length)?,
    };
    let mut done = 0;
    let written = poll_fn(|task| {
        // What is taken at once is one write for the guest; waiting is only for the first byte.
        while done < bytes.len() {
            match output.poll_write(task, &bytes[done..]) {
                Poll::Ready(Ok(0)) => break,
                Poll::Ready(Ok(written)) => done += written,
                Poll::Ready(Err(_)) if done > 0 => break,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending if done > 0 => break,
                Poll::Pending if nonblocking => {
                    return Poll::Ready(Err(std::io::ErrorKind::WouldBlock.into()));
                }
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(Ok(done))
    });
    Ok(written.await?)
}

fn sync(files: &mut FileSystem, file: &OpenFile, flags: u16) -> Result<(), Errno> {
    if flags & (SYNC | DSYNC) != 0 {
        files.sync(file, flags & SYNC == 0)?;
    }
    Ok(())
}

fn total(vectors: &[(u32, u32)]) -> usize {
    vectors.iter().fold(0_usize, |sum, &(_, length)| sum.saturating_add(length as usize))
}

fn gather(memory: &Memory<'_>, vectors: &[(u32, u32)], pieces: &mut Vec<u8>) -> Result<(), Errno> {
    pieces.clear();
    for &(start, length) in vectors {
        pieces.extend_from_slice(memory.bytes(start, length)?);
    }
    Ok(())
}

fn scatter(memory: &mut Memory<'_>, vectors: &[(u32, u32)], mut bytes: &[u8]) -> Result<(), Errno> {
    for &(start, length) in vectors {
        let (piece, rest) = bytes.split_at(bytes.len().min(length as usize));
        memory.write(start, piece)?;
        bytes = rest;
    }
    Ok(())
}
