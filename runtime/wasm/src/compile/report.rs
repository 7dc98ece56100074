//! How a compiling child says how it ended: its exit status, and words on its standard error.

/// The module is not valid; standard error says why.
pub(super) const INVALID: i32 = 65;
/// The child could not do its work; standard error says why.
pub(super) const FAULT: i32 = 70;
/// What the standard library says when it gets no memory, just before it aborts the process.
pub(super) const NO_MEMORY: &str = "memory allocation of";
/// The same, from wasmtime and from who starts threads.
pub(super) const NO_MEMORY_OF_SYSTEM: &str = "Cannot allocate memory";
/// The most of the child's words that are read, in bytes.
pub(super) const MAX_WORDS: u64 = 16 << 10;
