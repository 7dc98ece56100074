//! Streams over descriptors of the process: a terminal, a pipe, a file.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::task::{Context, Poll, ready};

use super::manner::Manner;
use super::waiting::{Direction, Waiting};
use super::{Input, Output, StreamKind};

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
        Ok(DescriptorInput(Waiting::new(descriptor.try_clone_to_owned()?, Direction::Read, None)))
    }
}

impl Input for DescriptorInput {
    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll(cx))?;
            match self.0.file.read(buffer) {
                // Somebody else made it non-blocking, or was faster.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => ready!(self.0.poll_event(cx))?,
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
pub struct DescriptorOutput {
    waiting: Waiting,
    manner: Manner,
}

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

    /// A second handle to what `descriptor` is.
    ///
    /// # Errors
    /// It can't be had.
    pub fn new(descriptor: BorrowedFd<'_>) -> io::Result<DescriptorOutput> {
        let (descriptor, manner, is_file) = Manner::of(descriptor)?;
        Ok(DescriptorOutput { waiting: Waiting::new(descriptor, Direction::Write, Some(is_file)), manner })
    }
}

impl Output for DescriptorOutput {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.waiting.poll(cx))?;
            match self.manner.write(&self.waiting.file, bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(self.waiting.poll_event(cx))?
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.waiting.poll(cx)
    }

    fn kind(&self) -> StreamKind {
        kind(&self.waiting.file)
    }
}

fn kind(file: &File) -> StreamKind {
    if file.is_terminal() { StreamKind::Terminal } else { StreamKind::Pipe }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::os::fd::OwnedFd;
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

    /// Writes lines until the output takes no more.
    async fn flood(output: &mut DescriptorOutput) {
        poll_fn(|cx| {
            while let Poll::Ready(written) = output.poll_write(cx, &[b'\n'; 65536]) {
                written.unwrap();
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Whether the descriptor's flags, which every process sees that shares it, are as they were.
    fn blocks(descriptor: impl AsFd) -> bool {
        !rustix::fs::fcntl_getfl(descriptor).unwrap().contains(rustix::fs::OFlags::NONBLOCK)
    }

    #[tokio::test]
    async fn a_full_pipe_makes_the_guest_wait_and_not_the_thread() {
        let (read, write) = rustix::pipe::pipe().unwrap();
        let mut output = DescriptorOutput::new(write.as_fd()).unwrap();
        flood(&mut output).await;
        assert!(blocks(&write));
        rustix::io::read(&read, &mut [0; 65536]).unwrap();
        assert!(poll_fn(|cx| output.poll_write(cx, b"x")).await.is_ok(), "it goes on when there is room");
        drop(read);
        let broken = poll_fn(|cx| output.poll_write(cx, b"x")).await.unwrap_err();
        assert_eq!(broken.kind(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test]
    async fn a_terminal_that_nobody_reads_makes_the_guest_wait_and_not_the_thread() {
        let (master, terminal) = terminal();
        let mut output = DescriptorOutput::new(terminal.as_fd()).unwrap();
        assert_eq!(output.kind(), StreamKind::Terminal);
        flood(&mut output).await;
        assert!(blocks(&terminal));
        // Until the last handle of the other side is closed.
        let reader = std::thread::spawn(move || {
            while rustix::io::read(&master, &mut [0; 4096]).is_ok_and(|count| count > 0) {}
        });
        assert!(poll_fn(|cx| output.poll_write(cx, b"x")).await.is_ok(), "it goes on when there is room");
        drop((output, terminal));
        reader.join().unwrap();
    }

    #[tokio::test]
    async fn a_full_socket_makes_the_guest_wait_and_not_the_thread() {
        let (here, there) = std::os::unix::net::UnixStream::pair().unwrap();
        let mut output = DescriptorOutput::new(here.as_fd()).unwrap();
        flood(&mut output).await;
        assert!(blocks(&here));
        drop(there);
        assert!(poll_fn(|cx| output.poll_write(cx, b"x")).await.is_err());
    }

    /// Opening a terminal's other side again would make a new terminal.
    #[tokio::test]
    async fn what_is_written_to_the_other_side_of_a_terminal_arrives_there() {
        let (master, terminal) = terminal();
        let mut output = DescriptorOutput::new(master.as_fd()).unwrap();
        for byte in b"hi\n" {
            assert_eq!(poll_fn(|cx| output.poll_write(cx, &[*byte])).await.unwrap(), 1);
        }
        let mut line = [0; 16];
        let got = rustix::io::read(&terminal, &mut line).unwrap();
        assert_eq!(&line[..got], b"hi\n");
    }

    /// A new terminal: the side of who shows it, and the side of programs.
    fn terminal() -> (OwnedFd, OwnedFd) {
        use rustix::fs::{Mode, OFlags};
        use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let terminal = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        (master, terminal)
    }
}
