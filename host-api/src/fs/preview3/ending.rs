//! The future beside a stream: how the stream ends.

use tokio::sync::oneshot;
use wasmtime::AsContextMut;
use wasmtime::component::FutureReader;

use super::bindings::wasi::filesystem::types::ErrorCode;
use super::convert::code;
use crate::fs::Errno;

/// What is told of a stream when it is over: well, unless an error comes first. Also when the other end goes away.
pub(super) struct Ending(Option<oneshot::Sender<Result<(), ErrorCode>>>);

impl Ending {
    /// An ending, and the future that tells it.
    pub(super) fn new(
        store: impl AsContextMut,
    ) -> wasmtime::Result<(Ending, FutureReader<Result<(), ErrorCode>>)> {
        let (sender, receiver) = oneshot::channel();
        Ok((Ending(Some(sender)), FutureReader::new(store, receiver)?))
    }

    /// The stream is over.
    pub(super) fn tell(&mut self, result: Result<(), Errno>) {
        if let Some(sender) = self.0.take() {
            // Who dropped the future does not want to know.
            let _ = sender.send(result.map_err(code));
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.tell(Ok(()));
    }
}
