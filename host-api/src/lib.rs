//! What a dayfly guest may call: its files, clocks, randomness and streams.
//!
//! * [`fs`]: the guest's files, and over them [`fs::preview1`], WASI preview 1.
//! * `net` (a feature, `http`): the guest's requests to servers.
//! * `gpu` (a feature): compute on GPUs.
//! * [`stdio`]: the guest's standard streams.
//! * [`Gate`]: what every function of the host passes, so that a guest can be held and ended there.
//! * `testing` (a feature): the battery that every front over [`fs`] passes.
//!
//! Nothing here knows about jobs. A guest gets what is put into its
//! [`Context`](fs::preview1::Context), and everything that it holds there ends with it.

#[cfg(feature = "components")]
pub mod component;
mod cpu_time;
pub mod fs;
mod gate;
#[cfg(feature = "gpu")]
pub mod gpu;
#[cfg(feature = "http")]
pub mod net;
#[cfg(feature = "http")]
pub mod slots;
pub mod stdio;
#[cfg(feature = "testing")]
pub mod testing;

pub use cpu_time::{CpuStretch, thread_cpu_time};
pub use gate::{Closed, Gate};
