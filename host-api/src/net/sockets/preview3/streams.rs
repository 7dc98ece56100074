//! What connections are to a guest: streams of bytes, and a stream of connections.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use wasmtime::StoreContextMut;
use wasmtime::component::{Destination, Resource, Source, StreamConsumer, StreamProducer, StreamResult};
use wasmtime_wasi::p3::bindings::sockets::types::{ErrorCode, TcpSocket};

use crate::net::sockets::halves::{Receiving, Sending};
use crate::net::sockets::handle::Side;
use crate::net::sockets::tcp::Listener;
use crate::net::sockets::{Sockets, Tcp, own};

/// The bytes of a buffer where the other end of the stream has none.
const BUFFER: usize = 8 << 10;

/// How a stream ended.
type Ended = oneshot::Sender<Result<(), ErrorCode>>;

/// What is waited for, where nothing came of it so far.
fn waiting(finish: bool) -> Poll<wasmtime::Result<StreamResult>> {
    if finish { Poll::Ready(Ok(StreamResult::Cancelled)) } else { Poll::Pending }
}

/// What is received over a connection.
pub(super) struct Received(Option<(Receiving, Ended)>);

impl Received {
    pub(super) fn new(receiving: Receiving, ended: Ended) -> Received {
        Received(Some((receiving, ended)))
    }

    fn end(&mut self, how: Result<(), ErrorCode>) {
        if let Some((_, ended)) = self.0.take() {
            // The guest may not want to know.
            let _ = ended.send(how);
        }
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        self.end(Ok(()));
    }
}

impl<T> StreamProducer<T> for Received {
    type Item = u8;
    type Buffer = bytes::BytesMut;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut store: StoreContextMut<'a, T>,
        destination: Destination<'a, u8, Self::Buffer>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        let Some((receiving, _)) = &self.0 else { return Poll::Ready(Ok(StreamResult::Dropped)) };
        // Who wants nothing wants to know whether there is something.
        if destination.remaining(&mut store) == Some(0) {
            return match receiving.handle.poll_ready(cx, Side::Read) {
                Poll::Ready(()) => Poll::Ready(Ok(StreamResult::Completed)),
                Poll::Pending => waiting(finish),
            };
        }
        let mut destination = destination.as_direct(store, BUFFER);
        match receiving.poll(cx, destination.remaining()) {
            Poll::Ready(Ok(0)) => self.end(Ok(())),
            Poll::Ready(Ok(received)) => {
                destination.mark_written(received);
                return Poll::Ready(Ok(StreamResult::Completed));
            }
            Poll::Ready(Err(code)) => self.end(Err(code.into())),
            Poll::Pending => return waiting(finish),
        }
        Poll::Ready(Ok(StreamResult::Dropped))
    }
}

/// What is sent over a connection.
pub(super) struct ToSend(Option<(Sending, Ended)>);

impl ToSend {
    pub(super) fn new(sending: Sending, ended: Ended) -> ToSend {
        ToSend(Some((sending, ended)))
    }

    fn end(&mut self, how: Result<(), ErrorCode>) {
        if let Some((_, ended)) = self.0.take() {
            let _ = ended.send(how);
        }
    }
}

impl Drop for ToSend {
    fn drop(&mut self) {
        self.end(Ok(()));
    }
}

impl<T> StreamConsumer<T> for ToSend {
    type Item = u8;

    fn poll_consume(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        store: StoreContextMut<T>,
        source: Source<'_, u8>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        let Some((sending, _)) = &mut self.0 else { return Poll::Ready(Ok(StreamResult::Dropped)) };
        let mut source = source.as_direct(store);
        if source.remaining().is_empty() {
            return match sending.handle.poll_ready(cx, Side::Write) {
                Poll::Ready(()) => Poll::Ready(Ok(StreamResult::Completed)),
                Poll::Pending => waiting(finish),
            };
        }
        match sending.poll(cx, source.remaining()) {
            Poll::Ready(Ok(sent)) => {
                source.mark_read(sent);
                Poll::Ready(Ok(StreamResult::Completed))
            }
            Poll::Ready(Err(code)) => {
                self.end(Err(code.into()));
                Poll::Ready(Ok(StreamResult::Dropped))
            }
            Poll::Pending => waiting(finish),
        }
    }
}

/// The connections that come to a socket.
pub(super) struct Accepted<T: 'static> {
    listener: Arc<Listener>,
    /// The next one, which may be waited for by one call and come with another.
    next: Option<Pin<Box<dyn Future<Output = Tcp> + Send>>>,
    getter: for<'a> fn(&'a mut T) -> Sockets<'a>,
}

impl<T> Accepted<T> {
    pub(super) fn new(listener: Listener, getter: for<'a> fn(&'a mut T) -> Sockets<'a>) -> Accepted<T> {
        Accepted { listener: Arc::new(listener), next: None, getter }
    }
}

impl<T> StreamProducer<T> for Accepted<T> {
    type Item = Resource<TcpSocket>;
    type Buffer = Option<Resource<TcpSocket>>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut store: StoreContextMut<'a, T>,
        mut destination: Destination<'a, Self::Item, Self::Buffer>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        if destination.remaining(&mut store) == Some(0) {
            return match self.listener.poll_ready(cx) {
                Poll::Ready(()) => Poll::Ready(Ok(StreamResult::Completed)),
                Poll::Pending => waiting(finish),
            };
        }
        let listener = self.listener.clone();
        let next = self.next.get_or_insert_with(|| Box::pin(listener.accept_in_time()));
        let Poll::Ready(tcp) = next.as_mut().poll(cx) else { return waiting(finish) };
        self.next = None;
        let socket = (self.getter)(store.data_mut()).table.push(tcp)?;
        destination.set_buffer(Some(own(&socket)));
        Poll::Ready(Ok(StreamResult::Completed))
    }
}
