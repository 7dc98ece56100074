//! Stopping guests that compute.
//!
//! A guest that waits is stopped by dropping what it waits in. One that computes has to be interrupted, in one of two
//! manners:
//! * `signals`, on Linux on x86-64: code has no checks in it at all. A thread watches over the guests, and sends a signal
//!   to the thread of one that is to end; the signal makes it trap where it is.
//! * `epochs`, anywhere else: wasmtime puts a check at the head of each loop and function, and the guest yields at every
//!   tick. That costs from nothing to several times the computing itself.

#[cfg(not(all(feature = "compile", target_os = "linux", target_arch = "x86_64")))]
mod epochs;
#[cfg(all(feature = "compile", target_os = "linux", target_arch = "x86_64"))]
mod signals;
mod ticker;

#[cfg(not(all(feature = "compile", target_os = "linux", target_arch = "x86_64")))]
pub(crate) use epochs::{Interrupter, Watch};
#[cfg(all(feature = "compile", target_os = "linux", target_arch = "x86_64"))]
pub(crate) use signals::{Interrupter, Watch};
