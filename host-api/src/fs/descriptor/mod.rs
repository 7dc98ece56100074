//! What a component holds open, whichever generation of WASI it speaks: its descriptors, and what its streams go through.
//!
//! All of it is on the guest's thread and waits for nothing but the host's file system. A file, or a folder, stays open
//! and counted for as long as a descriptor or a stream has it, and is closed with the last of them.

mod asked;
mod convert;
mod entries;
mod failure;
mod held;
mod item;
mod paths;
mod reading;
mod view;
mod writing;

pub(in crate::fs) use asked::{Asked, Flags};
pub(in crate::fs) use convert::conversions;
pub use entries::Entries;
pub use failure::Failure;
pub use item::Descriptor;
pub(in crate::fs) use reading::Reading;
pub use view::{Files, FilesView, files};
pub(in crate::fs) use writing::Writing;

/// The most bytes of one read or write that the host has to find memory for.
pub(in crate::fs) const PIECE: usize = 64 << 10;
/// The most bytes of one read or write in the guest's own memory: a guest that asks for more gets less, and can be
/// stopped in between.
pub(in crate::fs) const MOST: usize = 16 << 20;
