//! Reading and writing that stop when they are cancelled.

use std::io::{self, Read, Write};

use tokio_util::sync::CancellationToken;

/// A reader or writer that fails once its token is cancelled: what packs and unpacks asks nobody else in between.
#[derive(Debug)]
pub(crate) struct Cancellable<'a, T> {
    inner: T,
    cancel: &'a CancellationToken,
}

impl<'a, T> Cancellable<'a, T> {
    /// A reader or writer that goes on until `cancel` is cancelled.
    pub(crate) fn new(inner: T, cancel: &'a CancellationToken) -> Cancellable<'a, T> {
        Cancellable { inner, cancel }
    }

    /// The reader or writer itself.
    pub(crate) fn into_inner(self) -> T {
        self.inner
    }

    fn going_on(&self) -> io::Result<()> {
        if self.cancel.is_cancelled() { Err(io::Error::other("stopped before it was done")) } else { Ok(()) }
    }
}

impl<T: Read> Read for Cancellable<'_, T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.going_on()?;
        self.inner.read(buffer)
    }
}

impl<T: Write> Write for Cancellable<'_, T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.going_on()?;
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
