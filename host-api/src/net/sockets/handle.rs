//! A socket of the system, and waiting for it.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
#[cfg(feature = "wasi03")]
use std::task::{Context, Poll, ready};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::{Errno, retry_on_intr};
use tokio::io::unix::AsyncFd;

use super::common::Place;

/// A socket that does not block. It is closed, and its place is free, when the last one drops it who shares it.
#[derive(Debug)]
pub(super) struct Handle {
    io: AsyncFd<OwnedFd>,
    /// After the socket, so that the place is free when that is closed.
    _place: Place,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Side {
    Read,
    Write,
}

impl Handle {
    /// Waits by the runtime of this thread from now on: guests run in one that has I/O. A socket for connections has to be
    /// connecting or listening: to the runtime one that is not yet is one whose other end is gone, for ever.
    ///
    /// # Errors
    /// The runtime can't.
    #[allow(unsafe_code, reason = "there is no safe form of this call")]
    pub(super) fn new(socket: OwnedFd, place: Place) -> io::Result<Handle> {
        // SAFETY: an `OwnedFd` always gives the same descriptor, which is open until it is dropped, and nothing here takes
        // it out of its `AsyncFd` or replaces it.
        let io = unsafe { AsyncFd::register(socket) }?;
        Ok(Handle { io, _place: place })
    }

    /// Does something until it does not have to wait.
    #[cfg(feature = "wasi03")]
    pub(super) fn poll<R>(
        &self,
        cx: &mut Context<'_>,
        side: Side,
        mut attempt: impl FnMut() -> Result<R, Errno>,
    ) -> Poll<Result<R, Errno>> {
        loop {
            match attempt() {
                Err(Errno::AGAIN) => {}
                Err(Errno::INTR) => continue,
                ended => return Poll::Ready(ended),
            }
            ready!(self.poll_event(cx, side))?;
        }
    }

    /// Waits until something may have happened. What comes after that is found by another attempt, or ends another wait.
    #[cfg(feature = "wasi03")]
    pub(super) fn poll_event(&self, cx: &mut Context<'_>, side: Side) -> Poll<Result<(), Errno>> {
        let event = match side {
            Side::Read => ready!(self.io.poll_read_ready(cx)),
            Side::Write => ready!(self.io.poll_write_ready(cx)),
        };
        event.map_err(of_runtime)?.clear_ready();
        Poll::Ready(Ok(()))
    }

    /// Does something until it does not have to wait, beside others who do.
    pub(super) async fn wait<R>(
        &self,
        side: Side,
        mut attempt: impl FnMut() -> Result<R, Errno>,
    ) -> Result<R, Errno> {
        loop {
            // Who finds something each time leaves time to others all the same.
            tokio::task::coop::consume_budget().await;
            match attempt() {
                Err(Errno::AGAIN) => self.event(side).await?,
                Err(Errno::INTR) => {}
                ended => return ended,
            }
        }
    }

    /// The same for several who wait at a time.
    ///
    /// # Errors
    /// The runtime is shut down.
    pub(super) async fn event(&self, side: Side) -> Result<(), Errno> {
        // An end that is gone is an event for ever: others get their turn before each of them.
        tokio::task::coop::consume_budget().await;
        let event = match side {
            Side::Read => self.io.readable().await,
            Side::Write => self.io.writable().await,
        };
        event.map_err(of_runtime)?.clear_ready();
        Ok(())
    }

    /// Whether reading, or writing, would have an end now.
    pub(super) fn is_ready(&self, side: Side) -> bool {
        let flags = match side {
            Side::Read => PollFlags::IN,
            Side::Write => PollFlags::OUT,
        };
        let mut socket = [PollFd::new(&self.io, flags)];
        // Errors and ends count as well: what is done then fails with them. So does what could not be found out, other than
        // for a signal that holds the guest.
        retry_on_intr(|| rustix::event::poll(&mut socket, Some(&Timespec::default()))) != Ok(0)
    }

    /// Waits until reading, or writing, would have an end.
    pub(super) async fn ready(&self, side: Side) {
        // Whatever is wrong with the socket is told by what is done next.
        let _ = self.wait(side, || self.readiness(side)).await;
    }

    /// The same, where nobody else waits.
    #[cfg(feature = "wasi03")]
    pub(super) fn poll_ready(&self, cx: &mut Context<'_>, side: Side) -> Poll<()> {
        self.poll(cx, side, || self.readiness(side)).map(drop)
    }

    fn readiness(&self, side: Side) -> Result<(), Errno> {
        if self.is_ready(side) { Ok(()) } else { Err(Errno::AGAIN) }
    }
}

impl AsFd for Handle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.io.get_ref().as_fd()
    }
}

fn of_runtime(error: io::Error) -> Errno {
    Errno::from_io_error(&error).unwrap_or(Errno::IO)
}
