//! Waiting for descriptors that other processes may share.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::task::{Context, Poll, ready};

use rustix::event::{PollFd, PollFlags};
use rustix::io::retry_on_intr;
use rustix::time::Timespec;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Waiting for a descriptor whose reads and writes would block: it is asked whether it is ready each time.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) file: File,
    direction: Direction,
    /// Made when there is a need to wait for the first time.
    registered: Option<AsyncFd<OwnedFd>>,
    /// Files are always ready, and can't be registered. None as long as nobody has looked.
    always: Option<bool>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Direction {
    Read,
    Write,
}

impl Waiting {
    /// `always` says whether it is a file, where that is known: many a guest never uses the stream, and looking costs a
    /// system call.
    pub(super) fn new(descriptor: OwnedFd, direction: Direction, always: Option<bool>) -> Waiting {
        Waiting { file: File::from(descriptor), direction, registered: None, always }
    }

    fn is_ready(&mut self) -> io::Result<bool> {
        let always = match self.always {
            Some(always) => always,
            None => *self.always.insert(self.file.metadata()?.is_file()),
        };
        let flags = match self.direction {
            Direction::Read => PollFlags::IN,
            Direction::Write => PollFlags::OUT,
        };
        let mut one = [PollFd::new(&self.file, flags)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        // An error or a hang-up is for the read or write itself to meet; a guest that is held by a signal hears of none.
        Ok(always || retry_on_intr(|| rustix::event::poll(&mut one, Some(&now)))? > 0)
    }

    /// Ready when the descriptor says so itself.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.is_ready()? {
            ready!(self.poll_event(cx))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Ready when something has happened since the last time, whatever the descriptor says: a terminal that has room
    /// for one byte says that it is ready, and takes no line's end.
    pub(super) fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let registered = match &mut self.registered {
            Some(registered) => registered,
            None => {
                let interest = match self.direction {
                    Direction::Read => Interest::READABLE,
                    Direction::Write => Interest::WRITABLE,
                };
                match register(&self.file, interest) {
                    Ok(registered) => self.registered.insert(registered),
                    // What epoll says of a descriptor that never makes anybody wait.
                    Err(error) if error.raw_os_error() == Some(rustix::io::Errno::PERM.raw_os_error()) => {
                        self.always = Some(true);
                        return Poll::Ready(Ok(()));
                    }
                    Err(error) => return Poll::Ready(Err(error)),
                }
            }
        };
        let mut guard = match self.direction {
            Direction::Read => ready!(registered.poll_read_ready(cx))?,
            Direction::Write => ready!(registered.poll_write_ready(cx))?,
        };
        // The event may be an old one: whoever asked tries, and comes back for the next.
        guard.clear_ready();
        Poll::Ready(Ok(()))
    }
}

/// A second handle to a file, on the driver of the runtime that this thread is in.
fn register(file: &File, interest: Interest) -> io::Result<AsyncFd<OwnedFd>> {
    let handle = OwnedFd::from(file.try_clone()?);
    #[allow(unsafe_code, reason = "tokio's constructor asks for a promise about the descriptor")]
    // SAFETY: the handle is owned by the AsyncFd alone, which gives it to nobody who could close or replace it,
    // so that it stays open and the same for as long as it is registered.
    let registered = unsafe { AsyncFd::register_with_interest(handle, interest) };
    registered.map_err(|error| error.into_parts().1)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::*;

    extern "C" fn nothing(_: libc::c_int) {}

    /// What holds a guest is a signal to its thread, which may be here.
    #[test]
    #[allow(unsafe_code, reason = "nothing else sends a signal to a thread")]
    fn signals_are_no_failures() {
        let handler: extern "C" fn(libc::c_int) = nothing;
        // SAFETY: the handler does nothing, and nobody else in the tests has this signal.
        unsafe { libc::signal(libc::SIGURG, handler as libc::sighandler_t) };
        // SAFETY: these look at nothing but who calls them.
        let (process, thread) = unsafe { (libc::getpid(), libc::gettid()) };
        let (read, _write) = rustix::pipe::pipe().unwrap();
        let mut waiting = Waiting::new(read, Direction::Read, None);
        let over = AtomicBool::new(false);
        let failed = thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    // SAFETY: it takes numbers, and the signal has a handler.
                    unsafe { libc::syscall(libc::SYS_tgkill, process, thread, libc::SIGURG) };
                }
            });
            let failed = (0..300_000).find_map(|_| waiting.is_ready().err());
            over.store(true, Ordering::Relaxed);
            failed
        });
        assert!(failed.is_none(), "{failed:?}");
    }
}
