//! How much a job file may hold.

/// Lists and objects inside one another.
pub(super) const DEPTH: usize = 128;

/// Values: each takes some fifty bytes however short it is written.
pub(super) const VALUES: usize = 2_000_000;

/// Commas that may be part of lists in brackets, in YAML: its parser looks ahead to the closing bracket, and
/// holds more than a kilobyte for each.
pub(super) const YAML_COMMAS: usize = 250_000;

/// What all copies that aliases stand for may weigh together; see [`super::yaml`].
pub(super) const ALIASES: usize = 16 << 20;

/// Bytes that may be read again in YAML because of what its parser refuses (tabs behind colons, texts in quotes without
/// indentation), each of which costs another reading.
pub(super) const AGAIN: usize = 8 << 20;
