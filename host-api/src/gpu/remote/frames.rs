//! Frames on a socket: their length, 4 bytes with the lowest first, and as many bytes. Files may come along.

use std::collections::VecDeque;
use std::io::{Error, ErrorKind, IoSlice, IoSliceMut, Result};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags,
};

/// What is read at a time, in bytes.
const PIECE: usize = 64 << 10;
/// What is kept of a buffer that was larger once.
const KEPT: usize = 1 << 20;

/// Sends a frame of two parts, and a file with it.
///
/// # Errors
/// The other process is gone, or the frame is too long for one.
pub(super) fn send(socket: impl AsFd, head: &[u8], body: &[u8], file: Option<BorrowedFd<'_>>) -> Result<()> {
    let length = u32::try_from(head.len() + body.len()).map_err(|_| Error::from(ErrorKind::InvalidInput))?;
    let length = length.to_le_bytes();
    let mut parts: [&[u8]; 3] = [&length, head, body];
    let mut file = file;
    while parts.iter().any(|part| !part.is_empty()) {
        let slices = parts.map(IoSlice::new);
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let files = file.map(|file| [file]);
        if let Some(files) = &files {
            control.push(SendAncillaryMessage::ScmRights(files));
        }
        let sent = match rustix::net::sendmsg(&socket, &slices, &mut control, SendFlags::NOSIGNAL) {
            Ok(sent) => sent,
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        };
        file = None;
        let mut left = sent;
        for part in &mut parts {
            let taken = left.min(part.len());
            *part = &part[taken..];
            left -= taken;
        }
    }
    Ok(())
}

/// Reads frames.
#[derive(Debug)]
pub(super) struct Reader {
    buffer: Vec<u8>,
    /// Where what was not looked at yet begins and ends.
    start: usize,
    end: usize,
    /// The most bytes of a frame.
    most: usize,
    /// Files that came, where any may.
    pub(super) files: Option<VecDeque<OwnedFd>>,
}

impl Reader {
    pub(super) fn new(most: usize, takes_files: bool) -> Reader {
        Reader { buffer: Vec::new(), start: 0, end: 0, most, files: takes_files.then(VecDeque::new) }
    }

    /// The next frame; none where the other process is gone.
    ///
    /// # Errors
    /// There is no reading, or what comes is no frame.
    pub(super) fn next(&mut self, socket: impl AsFd) -> Result<Option<&[u8]>> {
        let socket = socket.as_fd();
        if !self.fill(socket, 4)? {
            return Ok(None);
        }
        let mut length = [0; 4];
        length.copy_from_slice(&self.buffer[self.start..self.start + 4]);
        let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        if length > self.most {
            return Err(Error::new(ErrorKind::InvalidData, "a frame is too long"));
        }
        self.start += 4;
        if !self.fill(socket, length)? {
            return Ok(None);
        }
        let frame = self.start..self.start + length;
        self.start += length;
        Ok(Some(&self.buffer[frame]))
    }

    /// Has so many bytes be there; false where no more come.
    fn fill(&mut self, socket: BorrowedFd<'_>, length: usize) -> Result<bool> {
        while self.end - self.start < length {
            if self.start == self.end && self.buffer.len() > KEPT && length < KEPT {
                self.buffer = Vec::new();
            }
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            let room = length.max(PIECE);
            if self.buffer.len() < room {
                self.buffer.resize(room, 0);
            }
            match receive(socket, &mut self.buffer[self.end..], self.files.as_mut()) {
                Ok(0) => return Ok(false),
                Ok(read) => self.end += read,
                Err(rustix::io::Errno::INTR) => {}
                // What the other one did not read is lost when it ends.
                Err(rustix::io::Errno::CONNRESET) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(true)
    }
}

/// Reads what is there. Files that are not wanted are closed by the kernel.
fn receive(
    socket: BorrowedFd<'_>,
    bytes: &mut [u8],
    files: Option<&mut VecDeque<OwnedFd>>,
) -> rustix::io::Result<usize> {
    let Some(files) = files else { return rustix::io::read(socket, bytes) };
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(4))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut slices = [IoSliceMut::new(bytes)];
    let received = rustix::net::recvmsg(socket, &mut slices, &mut control, RecvFlags::CMSG_CLOEXEC)?;
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(all) = message {
            files.extend(all);
        }
    }
    Ok(received.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

    fn pair() -> (OwnedFd, OwnedFd) {
        socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap()
    }

    #[test]
    fn frames_come_as_they_were_sent() {
        let (here, there) = pair();
        let long = vec![7; 300 << 10];
        let sends = std::thread::spawn({
            let long = long.clone();
            move || {
                send(&here, b"a", b"", None).unwrap();
                send(&here, b"", b"", None).unwrap();
                send(&here, b"bc", &long, None).unwrap();
                let file = std::fs::File::open("/dev/null").unwrap();
                send(&here, b"d", b"e", Some(file.as_fd())).unwrap();
            }
        });
        let mut reader = Reader::new(1 << 20, true);
        assert_eq!(reader.next(&there).unwrap().unwrap(), b"a");
        assert_eq!(reader.next(&there).unwrap().unwrap(), b"");
        let frame = reader.next(&there).unwrap().unwrap();
        assert!(&frame[..2] == b"bc" && frame[2..] == long);
        assert_eq!(reader.next(&there).unwrap().unwrap(), b"de");
        assert_eq!(reader.files.as_ref().unwrap().len(), 1);
        sends.join().unwrap();
        assert!(reader.next(&there).unwrap().is_none());
    }

    #[test]
    fn what_is_no_frame_is_an_error_and_half_a_one_is_none() {
        let (here, there) = pair();
        rustix::io::write(&here, &[255; 8]).unwrap();
        assert!(Reader::new(1 << 20, false).next(&there).is_err());
        let (here, there) = pair();
        rustix::io::write(&here, &[8, 0, 0, 0, 1, 2]).unwrap();
        drop(here);
        assert!(Reader::new(1 << 20, false).next(&there).unwrap().is_none());
    }
}
