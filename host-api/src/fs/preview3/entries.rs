//! Streams of the entries of folders.

use std::pin::Pin;
use std::task::{Context, Poll};

use wasmtime::StoreContextMut;
use wasmtime::component::{Destination, StreamProducer, StreamResult, VecBuffer};

use super::bindings::wasi::filesystem::types::DirectoryEntry;
use super::convert::kind;
use super::ending::Ending;
use crate::fs::descriptor::Entries;

/// The most entries that are told at a time.
const MOST: usize = 1024;

/// Lists a folder.
pub(super) struct EntryProducer {
    pub(super) entries: Entries,
    pub(super) ending: Ending,
}

impl<D> StreamProducer<D> for EntryProducer {
    type Item = DirectoryEntry;
    type Buffer = VecBuffer<DirectoryEntry>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut store: StoreContextMut<'a, D>,
        mut destination: Destination<'a, DirectoryEntry, VecBuffer<DirectoryEntry>>,
        _finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        let most = destination.remaining(&mut store).unwrap_or(MOST).min(MOST);
        if most == 0 {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        Poll::Ready(Ok(match self.entries.take(most) {
            Ok(entries) if entries.is_empty() => {
                self.ending.tell(Ok(()));
                StreamResult::Dropped
            }
            Ok(entries) => {
                let told = entries
                    .into_iter()
                    .map(|entry| DirectoryEntry { type_: kind(entry.kind), name: entry.name });
                destination.set_buffer(told.collect::<Vec<_>>().into());
                StreamResult::Completed
            }
            Err(error) => {
                self.ending.tell(Err(error));
                StreamResult::Dropped
            }
        }))
    }
}
