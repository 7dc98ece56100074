//! Streams over descriptors of the process: a terminal, a pipe, a file.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::task::{Context, Poll, ready};

use rustix::event::{PollFd, PollFlags};
use rustix::time::Timespec;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::{Input, Output, StreamKind};

/// What a pipe that is ready for writing takes at least without making the writer wait.
const PIPE_BUF: usize = 4096;

/// Waiting for a descriptor whose reads and writes would block: it is asked whether it is ready each time.
#[derive(Debug)]
struct Waiting {
    file: File,
    direction: Direction,
    /// Made when there is a need to wait for the first time.
    registered: Option<AsyncFd<OwnedFd>>,
    /// Files are always ready, and can't be registered.
    always: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Direction {
    Read,
    Write,
}

impl Waiting {
    fn new(descriptor: OwnedFd, direction: Direction) -> io::Result<Waiting> {
        let file = File::from(descriptor);
        let always = file.metadata()?.is_file();
        Ok(Waiting { file, direction, registered: None, always })
    }

    fn is_ready(&self) -> io::Result<bool> {
        let flags = match self.direction {
            Direction::Read => PollFlags::IN,
            Direction::Write => PollFlags::OUT,
        };
        let mut one = [PollFd::new(&self.file, flags)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        // An error or a hang-up is for the read or write itself to meet.
        Ok(self.always || rustix::event::poll(&mut one, Some(&now))? > 0)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.is_ready()? {
                return Poll::Ready(Ok(()));
            }
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
                        Err(error)
                            if error.raw_os_error() == Some(rustix::io::Errno::PERM.raw_os_error()) =>
                        {
                            self.always = true;
                            continue;
                        }
                        Err(error) => return Poll::Ready(Err(error)),
                    }
                }
            };
            let mut guard = match self.direction {
                Direction::Read => ready!(registered.poll_read_ready(cx))?,
                Direction::Write => ready!(registered.poll_write_ready(cx))?,
            };
            // The event may be an old one; the descriptor itself is asked once more.
            guard.clear_ready();
            drop(guard);
            if self.is_ready()? {
                return Poll::Ready(Ok(()));
            }
        }
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

/// An input that is a descriptor of the process.
#[derive(Debug)]
pub struct DescriptorInput(Waiting);

impl DescriptorInput {
    /// The process's standard input.
    ///
    /// # Errors
    /// It is closed.
    pub fn stdin() -> io::Result<DescriptorInput> {
        DescriptorInput::new(io::stdin().as_fd())
    }

    /// A second handle to `descriptor`.
    ///
    /// # Errors
    /// It can't be had.
    pub fn new(descriptor: BorrowedFd<'_>) -> io::Result<DescriptorInput> {
        Ok(DescriptorInput(Waiting::new(descriptor.try_clone_to_owned()?, Direction::Read)?))
    }
}

impl Input for DescriptorInput {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll(cx))?;
            match self.0.file.read(buffer) {
                // Somebody else made it non-blocking, or was faster.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return Poll::Ready(read),
            }
        }
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll(cx)
    }

    fn kind(&self) -> StreamKind {
        kind(&self.0.file)
    }
}

/// An output that is a descriptor of the process.
#[derive(Debug)]
pub struct DescriptorOutput(Waiting);

impl DescriptorOutput {
    /// The process's standard output.
    ///
    /// # Errors
    /// It is closed.
    pub fn stdout() -> io::Result<DescriptorOutput> {
        DescriptorOutput::new(io::stdout().as_fd())
    }

    /// The process's standard error.
    ///
    /// # Errors
    /// It is closed.
    pub fn stderr() -> io::Result<DescriptorOutput> {
        DescriptorOutput::new(io::stderr().as_fd())
    }

    /// A second handle to `descriptor`.
    ///
    /// # Errors
    /// It can't be had.
    pub fn new(descriptor: BorrowedFd<'_>) -> io::Result<DescriptorOutput> {
        Ok(DescriptorOutput(Waiting::new(descriptor.try_clone_to_owned()?, Direction::Write)?))
    }
}

impl Output for DescriptorOutput {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll(cx))?;
            let some = if self.0.always { bytes } else { &bytes[..bytes.len().min(PIPE_BUF)] };
            match self.0.file.write(some) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll(cx)
    }

    fn kind(&self) -> StreamKind {
        kind(&self.0.file)
    }
}

fn kind(file: &File) -> StreamKind {
    if file.is_terminal() { StreamKind::Terminal } else { StreamKind::Pipe }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::time::Duration;

    #[tokio::test]
    async fn a_pipe_is_waited_for_and_never_made_non_blocking() {
        let (read, write) = rustix::pipe::pipe().unwrap();
        let mut input = DescriptorInput::new(read.as_fd()).unwrap();
        let waiting = tokio::time::timeout(Duration::from_millis(20), poll_fn(|cx| input.poll_ready(cx)));
        assert!(waiting.await.is_err());
        assert!(!rustix::fs::fcntl_getfl(&read).unwrap().contains(rustix::fs::OFlags::NONBLOCK));

        let mut output = DescriptorOutput::new(write.as_fd()).unwrap();
        let sent = poll_fn(|cx| output.poll_write(cx, b"hello")).await.unwrap();
        let mut buffer = [0; 16];
        let got = poll_fn(|cx| input.poll_read(cx, &mut buffer)).await.unwrap();
        assert_eq!((sent, &buffer[..got]), (5, &b"hello"[..]));

        drop((output, write));
        assert_eq!(poll_fn(|cx| input.poll_read(cx, &mut buffer)).await.unwrap(), 0, "the end");
    }

    #[tokio::test]
    async fn a_full_pipe_makes_the_guest_wait_and_not_the_thread() {
        let (read, write) = rustix::pipe::pipe().unwrap();
        let mut output = DescriptorOutput::new(write.as_fd()).unwrap();
        let flood = async {
            loop {
                poll_fn(|cx| output.poll_write(cx, &[0; 65536])).await.unwrap();
            }
        };
        assert!(tokio::time::timeout(Duration::from_millis(50), flood).await.is_err());
        drop(read);
        let broken = poll_fn(|cx| output.poll_write(cx, b"x")).await.unwrap_err();
        assert_eq!(broken.kind(), io::ErrorKind::BrokenPipe);
    }
}
