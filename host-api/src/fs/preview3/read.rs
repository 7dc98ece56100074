//! Streams out of files.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::BytesMut;
use wasmtime::StoreContextMut;
use wasmtime::component::{Destination, StreamProducer, StreamResult};

use super::ending::Ending;
use super::pace::Pace;
use crate::fs::descriptor::{MOST, PIECE, Reading};

/// Reads from a file into the memory of whoever reads the stream.
pub(super) struct FileProducer {
    pub(super) reading: Reading,
    pub(super) ending: Ending,
    pub(super) pace: Pace,
}

impl<D> StreamProducer<D> for FileProducer {
    type Item = u8;
    type Buffer = BytesMut;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        store: StoreContextMut<'a, D>,
        destination: Destination<'a, u8, BytesMut>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        let mut destination = destination.as_direct(store, PIECE);
        let room = destination.remaining();
        // Whoever asks for nothing asks whether there is something; a file always answers.
        if room.is_empty() {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        if self.pace.poll_turn(cx).is_pending() {
            return if finish { Poll::Ready(Ok(StreamResult::Cancelled)) } else { Poll::Pending };
        }
        let most = room.len().min(MOST);
        let read = self.reading.read(&mut room[..most]);
        Poll::Ready(Ok(match read {
            Ok(0) => {
                self.ending.tell(Ok(()));
                StreamResult::Dropped
            }
            Ok(read) => {
                destination.mark_written(read);
                self.pace.moved(read);
                StreamResult::Completed
            }
            Err(error) => {
                self.ending.tell(Err(error));
                StreamResult::Dropped
            }
        }))
    }
}
