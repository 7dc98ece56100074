//! The host's ends of streams and futures of 0.3, in a guest's place.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use wasmtime::StoreContextMut;
use wasmtime::component::{FutureConsumer, Lift, Source, StreamConsumer, StreamResult};

/// Takes at most so many items out of a stream, and goes away then.
pub(super) struct Collect<T> {
    pub(super) items: Arc<Mutex<Vec<T>>>,
    pub(super) most: usize,
}

impl<D, T: Lift + Send + Sync + Unpin + 'static> StreamConsumer<D> for Collect<T> {
    type Item = T;

    fn poll_consume(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        store: StoreContextMut<'_, D>,
        mut source: Source<'_, T>,
        _: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        let mut items = self.items.lock().unwrap();
        let mut some = Vec::with_capacity(4096.min(self.most - items.len()));
        if some.capacity() > 0 {
            source.read(store, &mut some)?;
        }
        items.extend(some);
        let over = items.len() >= self.most;
        Poll::Ready(Ok(if over { StreamResult::Dropped } else { StreamResult::Completed }))
    }
}

/// Hands over what a future comes to.
pub(super) struct Tell<T>(pub(super) Option<oneshot::Sender<T>>);

impl<D, T: Lift + Send + Sync + Unpin + 'static> FutureConsumer<D> for Tell<T> {
    type Item = T;

    fn poll_consume(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        store: StoreContextMut<'_, D>,
        mut source: Source<'_, T>,
        _: bool,
    ) -> Poll<wasmtime::Result<()>> {
        let mut told = None;
        source.read(store, &mut told)?;
        if let (Some(told), Some(sender)) = (told, self.0.take()) {
            let _ = sender.send(told);
        }
        Poll::Ready(Ok(()))
    }
}
