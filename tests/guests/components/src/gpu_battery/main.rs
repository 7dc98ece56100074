//! Runs the battery of cases by `wasi:webgpu`, and prints what each finds; with the argument `errors`, only those that are
//! about errors.

#[path = "../gpu/bindings.rs"]
mod bindings;
mod device;
mod entries;

use gpu_battery::{Front, Scopes, Wants, Way};
use wasip3::exports::cli::run::Guest;

use bindings::*;

wasip3::cli::command::export!(Program);

struct Program;

impl Guest for Program {
    async fn run() -> Result<(), ()> {
        let computes = !wasip3::cli::environment::get_arguments().iter().any(|argument| argument == "errors");
        gpu_battery::run(&Component, computes, |line| println!("{line}")).await;
        Ok(())
    }
}

/// By the interface of the standard.
struct Component;

/// A device.
struct Device {
    device: GpuDevice,
    queue: GpuQueue,
    /// For what is told by results, where JavaScript would throw.
    scopes: Scopes,
}

impl Front for Component {
    type Device = Device;
    const WAY: Way = Way::Component;

    async fn open(&self, wants: Wants) -> Device {
        let adapter = get_gpu().request_adapter(None).await.expect("there is an adapter");
        // Devices have immediates without being asked.
        let descriptor = GpuDeviceDescriptor {
            required_features: wants.timestamps.then(|| vec![GpuFeatureName::TimestampQuery]),
            required_limits: None,
            default_queue: None,
            label: None,
        };
        let device = adapter.request_device(Some(descriptor)).await.expect("there is a device");
        let queue = device.queue();
        Device { device, queue, scopes: Scopes::default() }
    }
}
