//! How bytes are written to a descriptor that other processes may share, without making the thread wait.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::fs::FileTypeExt as _;

use rustix::net::SendFlags;

/// What a pipe that is ready for writing takes at least without making the writer wait.
const PIPE_BUF: usize = 4096;

/// How bytes are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Manner {
    /// As many as are taken: it never makes anybody wait.
    Freely,
    /// Each write says that it won't wait, as sockets allow.
    Send,
    /// So many at a time, when it is ready: it may still make the thread wait if somebody else writes too.
    AtMost(usize),
}

impl Manner {
    /// A handle to write to, how, and whether it is a file. Pipes and terminals are opened once more where that can be done, as a file of
    /// their own that is non-blocking: the flags of the one that was given belong to all who share it.
    pub(super) fn of(descriptor: BorrowedFd<'_>) -> io::Result<(OwnedFd, Manner, bool)> {
        let file = File::from(descriptor.try_clone_to_owned()?);
        let kind = file.metadata()?.file_type();
        let manner = if kind.is_file() {
            Manner::Freely
        } else if kind.is_socket() {
            Manner::Send
        } else if let Some(own) = opened_again(&file) {
            return Ok((own, Manner::Freely, false));
        } else if file.is_terminal() {
            Manner::AtMost(1)
        } else {
            Manner::AtMost(PIPE_BUF)
        };
        Ok((file.into(), manner, kind.is_file()))
    }

    /// Writes some of `bytes` to something that is ready.
    pub(super) fn write(self, mut file: &File, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Manner::Freely => file.write(bytes),
            Manner::Send => Ok(rustix::net::send(file, bytes, SendFlags::DONTWAIT)?),
            Manner::AtMost(count) => file.write(&bytes[..bytes.len().min(count)]),
        }
    }
}

/// A pipe or terminal as a non-blocking file of its own. None for a named pipe that nobody reads, for what this process
/// may not open, and for anything that would not be the same when it is opened again.
#[cfg(target_os = "linux")]
fn opened_again(file: &File) -> Option<OwnedFd> {
    use std::os::fd::AsRawFd as _;

    use rustix::fs::{Mode, OFlags, fstat, major, minor, open};

    /// The device of all masters of terminals: opening it makes a new terminal.
    const MASTERS: (u32, u32) = (5, 2);

    let device = fstat(file).ok()?.st_rdev;
    let terminal = file.is_terminal() && (major(device), minor(device)) != MASTERS;
    if !terminal && !file.metadata().ok()?.file_type().is_fifo() {
        return None;
    }
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    open(format!("/proc/self/fd/{}", file.as_raw_fd()), flags, Mode::empty()).ok()
}

/// Other systems give the same file once more, with its flags.
#[cfg(not(target_os = "linux"))]
fn opened_again(_: &File) -> Option<OwnedFd> {
    None
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd as _;

    use super::*;

    #[test]
    fn a_pipe_that_nobody_reads_is_still_an_output() {
        let (read, write) = rustix::pipe::pipe().unwrap();
        drop(read);
        let (handle, manner, _) = Manner::of(write.as_fd()).unwrap();
        let broken = manner.write(&File::from(handle), b"x").unwrap_err();
        assert_eq!(broken.kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn what_could_make_the_thread_wait_is_written_a_little_at_a_time() {
        let (_read, write) = rustix::pipe::pipe().unwrap();
        let file = File::from(write);
        for most in [1, PIPE_BUF] {
            assert_eq!(Manner::AtMost(most).write(&file, &[0; 8192]).unwrap(), most);
        }
    }
}
