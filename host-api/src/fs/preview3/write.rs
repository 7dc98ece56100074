//! Streams into files.

use std::pin::Pin;
use std::task::{Context, Poll};

use wasmtime::StoreContextMut;
use wasmtime::component::{Source, StreamConsumer, StreamResult};

use super::ending::Ending;
use super::pace::Pace;
use crate::fs::descriptor::{MOST, Writing};

/// Writes to a file out of the memory of whoever writes the stream.
pub(super) struct FileConsumer {
    pub(super) writing: Writing,
    pub(super) ending: Ending,
    pub(super) pace: Pace,
}

impl<D> StreamConsumer<D> for FileConsumer {
    type Item = u8;

    fn poll_consume(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        store: StoreContextMut<'_, D>,
        source: Source<'_, u8>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        let mut source = source.as_direct(store);
        let bytes = source.remaining();
        if bytes.is_empty() {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        if self.pace.poll_turn(cx).is_pending() {
            return if finish { Poll::Ready(Ok(StreamResult::Cancelled)) } else { Poll::Pending };
        }
        let most = bytes.len().min(MOST);
        let written = self.writing.write(&bytes[..most]);
        Poll::Ready(Ok(match written {
            Ok(written) => {
                source.mark_read(written);
                self.pace.moved(written);
                StreamResult::Completed
            }
            Err(error) => {
                self.ending.tell(Err(error));
                StreamResult::Dropped
            }
        }))
    }
}
