//! Errors as values, lost devices, and those who hear of both later.

use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context as TaskContext, Poll};

use tokio::sync::mpsc;
use wasmtime::component::{
    Access, Destination, FutureProducer, FutureReader, Resource, StreamProducer, StreamReader, StreamResult,
};
use wasmtime::{Result, StoreContextMut};

use super::bindings::wasi::webgpu::webgpu::{
    GpuDeviceLostReason, GpuErrorFilter, GpuErrorKind, HostGpuDeviceLostInfo, HostGpuError,
    HostGpuUncapturedErrorEvent,
};
use super::label::dropped;
use super::opened::Opened;
use super::things::{Device, DeviceLostInfo, Fault, UncapturedErrorEvent};
use super::{Front, Webgpu};
use crate::gpu::device::{Filter, destroyed};
use crate::gpu::{Errno, Error};

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
                let is_destroyed = error.text == destroyed().text;
                let info = DeviceLostInfo { is_destroyed, message: error.text };
                Poll::Ready((self.get)(store.data_mut()).add(info).map(Some))
            }
            Poll::Pending if finish => Poll::Ready(Ok(None)),
            Poll::Pending => Poll::Pending,
        }
    }
}

pub(super) fn lost<T: 'static>(
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

pub(super) fn uncaptured<T: 'static>(
    mut store: Access<'_, T, Webgpu>,
    device: &Resource<Device>,
    get: fn(&mut T) -> Front<'_>,
) -> Result<StreamReader<Resource<Fault>>> {
    let opened = store.get().get(device)?.opened.clone();
    let comes = opened.uncaptured().unwrap_or_else(|| mpsc::channel(1).1);
    let opened = Arc::downgrade(&opened);
    StreamReader::new(&mut store, FaultProducer { comes, opened, get })
}

pub(super) fn filter(filter: GpuErrorFilter) -> Filter {
    match filter {
        GpuErrorFilter::Validation => Filter::Validation,
        GpuErrorFilter::OutOfMemory => Filter::NoMemory,
        GpuErrorFilter::Internal => Filter::Internal,
    }
}

impl HostGpuError for Front<'_> {
    fn message(&mut self, fault: Resource<Fault>) -> Result<String> {
        Ok(self.get(&fault)?.0.text.clone())
    }

    fn kind(&mut self, fault: Resource<Fault>) -> Result<GpuErrorKind> {
        Ok(match self.get(&fault)?.0.errno {
            Errno::NoMemory => GpuErrorKind::OutOfMemoryError,
            Errno::Internal => GpuErrorKind::InternalError,
            _ => GpuErrorKind::ValidationError,
        })
    }

    dropped!(Fault);
}

impl HostGpuDeviceLostInfo for Front<'_> {
    fn reason(&mut self, info: Resource<DeviceLostInfo>) -> Result<GpuDeviceLostReason> {
        Ok(match self.get(&info)?.is_destroyed {
            true => GpuDeviceLostReason::Destroyed,
            false => GpuDeviceLostReason::Unknown,
        })
    }

    fn message(&mut self, info: Resource<DeviceLostInfo>) -> Result<String> {
        Ok(self.get(&info)?.message.clone())
    }

    dropped!(DeviceLostInfo);
}

impl HostGpuUncapturedErrorEvent for Front<'_> {
    fn error(&mut self, _: Resource<UncapturedErrorEvent>) -> Result<Resource<Fault>> {
        self.add(Fault(Error::validation("errors that no scope caught come by the stream of their device")))
    }

    dropped!(UncapturedErrorEvent);
}
