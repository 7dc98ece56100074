//! Stopping guests that compute.
//!
//! A guest that waits is stopped by dropping what it waits in. One that computes has to be interrupted, in one of two
//! manners:
//! * `signals`, where the system and the processor are known: code has no checks in it at all. A thread watches over the
//!   guests, and sends a signal to the thread of one that is to end; the signal makes it trap where it is.
//! * `epochs`, anywhere else: wasmtime puts a check at the head of each loop and function, and the guest yields at every
//!   tick. That costs from nothing to several times the computing itself.

mod ticker;

#[cfg(not(all(
    feature = "compile",
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
#[path = "interrupt/epochs.rs"]
mod manner;
#[cfg(all(feature = "compile", target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[path = "interrupt/signals.rs"]
mod manner;

pub(crate) use manner::Interrupter;
