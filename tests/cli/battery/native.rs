//! Cases by calls of wgpu: what both kinds of guests are compared with.

mod device;
mod mapping;

use std::cell::RefCell;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use gpu_battery::{Fault, Front, Wants, Way};
use wgpu::{Backends, DeviceType, ErrorScopeGuard, Features, InstanceFlags, Limits};

/// The adapter that a guest would have.
pub(super) struct Native(wgpu::Adapter);

/// A device.
pub(super) struct Device {
    device: wgpu::Device,
    queue: wgpu::Queue,
    scopes: RefCell<Vec<ErrorScopeGuard>>,
    uncaught: Arc<Mutex<Vec<Fault>>>,
    is_destroyed: Arc<AtomicBool>,
}

impl Native {
    /// The best of these backends, opened as dayfly does; none where there is none.
    pub(super) fn of(backends: Backends) -> Option<Native> {
        let mut description = wgpu::InstanceDescriptor::new_without_display_handle();
        description.backends = backends;
        description.flags =
            InstanceFlags::VALIDATION_INDIRECT_CALL | InstanceFlags::AUTOMATIC_TIMESTAMP_NORMALIZATION;
        if backends.contains(Backends::NOOP) {
            description.backend_options.noop = wgpu::NoopBackendOptions::enabled();
        }
        let all = wait(wgpu::Instance::new(description).enumerate_adapters(backends));
        all.into_iter().min_by_key(rank).map(Native)
    }
}

/// The order in which guests get them.
fn rank(adapter: &wgpu::Adapter) -> u8 {
    match adapter.get_info().device_type {
        DeviceType::DiscreteGpu => 0,
        DeviceType::VirtualGpu => 1,
        DeviceType::IntegratedGpu => 2,
        DeviceType::Other => 3,
        DeviceType::Cpu => 4,
    }
}

impl Front for Native {
    type Device = Device;
    const WAY: Way = Way::Native;

    async fn open(&self, wants: Wants) -> Device {
        let (timestamps, immediates) = (Features::TIMESTAMP_QUERY, Features::IMMEDIATES);
        let mut required_features = Features::empty();
        required_features.set(timestamps, wants.timestamps);
        required_features.set(immediates, wants.immediates);
        let most = self.0.limits();
        let mut required_limits = Limits::defaults().or_worse_values_from(&most);
        if wants.immediates {
            // As many as a guest may have.
            required_limits.max_immediate_size = most.max_immediate_size.min(128);
        }
        let descriptor = wgpu::DeviceDescriptor {
            required_features,
            required_limits,
            ..wgpu::DeviceDescriptor::default()
        };
        let (device, queue) = self.0.request_device(&descriptor).await.expect("there is a device");
        let (uncaught, is_destroyed) = (Arc::<Mutex<Vec<_>>>::default(), Arc::<AtomicBool>::default());
        let (told, lost) = (uncaught.clone(), is_destroyed.clone());
        device.on_uncaptured_error(Arc::new(move |error| told.lock().unwrap().push(fault(error))));
        device.set_device_lost_callback(move |reason, _| {
            lost.store(reason == wgpu::DeviceLostReason::Destroyed, Ordering::Relaxed);
        });
        Device { device, queue, scopes: RefCell::default(), uncaught, is_destroyed }
    }
}

fn fault(error: wgpu::Error) -> Fault {
    match error {
        wgpu::Error::Validation { .. } => Fault::Validation,
        wgpu::Error::OutOfMemory { .. } => Fault::OutOfMemory,
        wgpu::Error::Internal { .. } => Fault::Internal,
    }
}

/// Waits for a future of wgpu's, which is done when it is asked, or soon.
pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    let (mut future, mut context) = (std::pin::pin!(future), Context::from_waker(Waker::noop()));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::yield_now(),
        }
    }
}
