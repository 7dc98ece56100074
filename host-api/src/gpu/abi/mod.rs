//! The interface for core modules, `dayfly:gpu/v1`: `docs/gpu-abi.md` describes it.
//!
//! A guest calls with numbers. Pointers are places in its memory, handles stand for what it made, and what comes back
//! is 0 or more, or the negative number of an [`Errno`](super::Errno); nothing that a guest calls with ends it.

mod bytes;
mod functions;
mod linker;

#[cfg(feature = "testing")]
pub use linker::call;
pub use linker::{FUNCTIONS, Function, MODULE, add_to_linker};

/// The version of the interface: the first half grows with what breaks guests, the second with what is added.
pub const VERSION: i32 = 1 << 16;
