//! As the later drafts have it: by futures and streams.

use std::pin::Pin;
use std::sync::Weak;
use std::task::{Context as TaskContext, Poll};

use tokio::sync::mpsc;
use wasmtime::component::{
    Access, Destination, FutureProducer, FutureReader, Resource, StreamProducer, StreamReader, StreamResult,
};
use wasmtime::{Result, StoreContextMut};

use crate::gpu::Error;
use crate::gpu::component::opened::Opened;
use crate::gpu::component::things::{Device, DeviceLostInfo, Fault};
use crate::gpu::component::{Front, Webgpu};

/// A future of how a device came to be lost.
type Lost = FutureReader<Resource<DeviceLostInfo>>;

/// Tells how a device came to be lost, once it is.
struct LostProducer<T: 'static> {
    comes: Pin<Box<dyn Future<Output = Error> + Send>>,
    get: fn(&mut T) -> Front<'_>,
}

impl<T: 'static> FutureProducer<T> for LostProducer<T> {
    type Item = Resource<DeviceLostInfo>;

    fn poll_produce(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        mut store: StoreContextMut<'_, T>,
        finish: bool,
    ) -> Poll<Result<Option<Resource<DeviceLostInfo>>>> {
        match self.comes.as_mut().poll(cx) {
            Poll::Ready(error) => {
                let info = DeviceLostInfo::new(error);
                Poll::Ready((self.get)(store.data_mut()).add(info).map(Some))
            }
            Poll::Pending if finish => Poll::Ready(Ok(None)),
            Poll::Pending => Poll::Pending,
        }
    }
}

pub(in crate::gpu::component) fn lost<T: 'static>(
    mut store: Access<'_, T, Webgpu>,
    device: &Resource<Device>,
    get: fn(&mut T) -> Front<'_>,
) -> Result<Lost> {
    // Not the device itself: that is to go when its guest lets go of it.
    let shared = store.get().get(device)?.opened.device.shared.clone();
    let comes = Box::pin(async move { shared.lost().await });
    FutureReader::new(&mut store, LostProducer { comes, get })
}

/// Tells of errors that no scope caught.
struct FaultProducer<T: 'static> {
    comes: mpsc::Receiver<Error>,
    /// What has noted more of them.
    opened: Weak<Opened>,
    get: fn(&mut T) -> Front<'_>,
}

impl<T: 'static> StreamProducer<T> for FaultProducer<T> {
    type Item = Resource<Fault>;
    type Buffer = Option<Resource<Fault>>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        mut store: StoreContextMut<'a, T>,
        mut destination: Destination<'a, Resource<Fault>, Option<Resource<Fault>>>,
        finish: bool,
    ) -> Poll<Result<StreamResult>> {
        if destination.remaining(&mut store) == Some(0) {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        if let Some(opened) = self.opened.upgrade() {
            opened.hear();
        }
        match self.comes.poll_recv(cx) {
            Poll::Ready(Some(error)) => {
                let fault = (self.get)(store.data_mut()).add(Fault(error))?;
                destination.set_buffer(Some(fault));
                Poll::Ready(Ok(StreamResult::Completed))
            }
            Poll::Ready(None) => Poll::Ready(Ok(StreamResult::Dropped)),
            Poll::Pending if finish => Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => Poll::Pending,
        }
    }
}

pub(in crate::gpu::component) fn uncaptured<T: 'static>(
    mut store: Access<'_, T, Webgpu>,
    device: &Resource<Device>,
    get: fn(&mut T) -> Front<'_>,
) -> Result<StreamReader<Resource<Fault>>> {
    let opened = store.get().get(device)?.opened.clone();
    let comes = opened.uncaught.errors().unwrap_or_else(|| mpsc::channel(1).1);
    let opened = std::sync::Arc::downgrade(&opened);
    StreamReader::new(&mut store, FaultProducer { comes, opened, get })
}
