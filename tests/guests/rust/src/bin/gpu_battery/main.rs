//! Runs the battery of cases by `dayfly:gpu/v1`, and prints what each finds; with the argument `errors`, only those that are
//! about errors.

mod device;
mod lists;

use gpu_battery::{Front, Scopes, Wants, Way};

fn main() {
    let computes = !std::env::args().any(|argument| argument == "errors");
    gpu_battery::ready(gpu_battery::run(&Core, computes, |line| println!("{line}")));
}

/// By the interface of core modules.
struct Core;

/// A device: its handle, which takes all others with it.
struct Device {
    handle: dayfly_gpu::Handle,
    /// For what scopes do not hear of: arguments that make no sense whatever the device is like.
    scopes: Scopes,
}

impl Front for Core {
    type Device = Device;
    const WAY: Way = Way::Core;

    async fn open(&self, wants: Wants) -> Device {
        use dayfly_gpu::Features;
        let asks = |does: bool, feature: Features| if does { feature.0 } else { 0 };
        let features =
            asks(wants.timestamps, Features::TIMESTAMP_QUERY) | asks(wants.immediates, Features::IMMEDIATES);
        let handle = dayfly_gpu::open(0, Features(features)).expect("there is a device");
        Device { handle, scopes: Scopes::default() }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = dayfly_gpu::close(self.handle);
    }
}
