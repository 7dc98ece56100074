//! Output that is kept in a file.

use std::fs::File;
use std::io::{self, Write as _};
use std::task::{Context, Poll};

use super::Output;

/// An output that is kept in a file.
#[derive(Debug)]
pub struct FileOutput(File);

impl FileOutput {
    /// An output that goes to the end of `file`.
    pub fn new(file: File) -> FileOutput {
        FileOutput(file)
    }
}

impl Output for FileOutput {
    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.0.write(bytes))
    }

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
