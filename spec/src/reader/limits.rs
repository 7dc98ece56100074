//! How much a job file may hold.

/// Bytes of text.
pub(super) const TEXT: usize = 64 << 20;

/// Lists and objects inside one another.
pub(super) const DEPTH: usize = 128;

/// What all copies that aliases stand for may weigh together; see [`super::yaml`].
pub(super) const ALIASES: usize = 16 << 20;
