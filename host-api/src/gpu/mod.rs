//! Compute on GPUs.
//!
//! A guest has as many GPUs as were [reserved](Gpus::reserve) for it, and of those as much as its [`Quotas`] say. What it
//! does there is done by [`Context`]; [`abi`] is how core modules call that, and `docs/gpu-abi.md` describes it.
//!
//! * Whatever blocks is done by a thread that each open device has, and whatever compiles by threads with stacks that
//!   are large enough. The guest's own thread only ever waits as its other calls do, so that it can be stopped.
//! * Everything that a guest takes is counted before the driver is asked for it.
//! * A submission that takes longer than it may loses the device for its guest. Nothing can stop the work itself: the
//!   device is put aside until it is done, and nobody gets the GPU meanwhile.
//! * No error of the driver, and no panic of what is built over it, reaches the host. What a driver does to its process
//!   is kept from the host's by [`Isolation`] alone.

pub mod abi;
mod adapters;
mod bench;
mod compile;
#[cfg(feature = "components")]
pub(crate) mod component;
mod device;
mod error;
mod features;
mod guest;
mod handles;
mod isolation;
mod memory;
mod meter;
mod missing;
mod quiet;
mod quotas;
#[cfg(target_os = "linux")]
mod remote;
mod shader;
mod survey;
mod usage;

use std::future::Future;
use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};

pub use adapters::{Allowed, Gpus, Reservation, Shortage};
pub use bench::Speed;
pub use error::{Errno, Error};
pub use guest::{Closing, Context, Guest, Refusal};
pub use isolation::{Isolation, Program};
pub use quotas::Quotas;
#[cfg(feature = "testing")]
pub use shader::testing::stays_valid_when_bounded;
pub use survey::{AdapterReport, Survey};
pub use usage::Usage;

/// Has this process run the driver of a GPU for another one, where that started it to do so: then it does nothing else, and
/// this does not return. Programs that are a [`Program`] call it before they do anything else.
pub fn worker() {
    #[cfg(target_os = "linux")]
    remote::run();
}

/// What a future gives that is done at once, as those of wgpu are that are futures for the web's sake.
fn ready<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
