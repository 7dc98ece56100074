//! Stopping guests that compute, and slowing them down.
//!
//! A guest that waits is stopped by dropping what it waits in, and uses no processor time. One that computes has to be
//! interrupted, in one of two manners:
//! * `signals`, on Linux on x86-64: code has no checks in it at all. A thread watches over the guests, and sends a signal
//!   to the thread of one that is to end, which makes it trap where it is, or that has used up its share of the processor,
//!   which makes it wait there.
//! * `epochs`, anywhere else: wasmtime puts a check at the head of each loop and function, and the guest yields at every
//!   tick. That costs from nothing to several times the computing itself.

#[cfg(not(all(feature = "compile", target_os = "linux", target_arch = "x86_64")))]
mod epochs;
mod meter;
mod share;
#[cfg(all(feature = "compile", target_os = "linux", target_arch = "x86_64"))]
mod signals;
pub(crate) mod ticker;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

#[cfg(not(all(feature = "compile", target_os = "linux", target_arch = "x86_64")))]
pub(crate) use epochs::{Interrupter, Watch};
#[cfg(all(feature = "compile", target_os = "linux", target_arch = "x86_64"))]
pub(crate) use signals::{Interrupter, Watch};

/// What a guest is kept within while it is watched over.
#[derive(Debug)]
pub(crate) struct Bounds<'a> {
    /// How long it may take.
    #[allow(dead_code, reason = "where guests yield, who polls them looks at it")]
    pub(crate) timeout: Option<Duration>,
    /// Ends it when it is cancelled.
    #[allow(dead_code, reason = "as above")]
    pub(crate) cancel: &'a CancellationToken,
    /// Its share of a processor core, in thousandths.
    pub(crate) cpu: Option<u64>,
    /// The processor time that it may use in all.
    pub(crate) cpu_time: Option<Duration>,
}
