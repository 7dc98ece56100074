//! How a compiling child says how it ended: its exit status, and words on its standard error.

/// The module is not valid; standard error says why.
pub(super) const INVALID: i32 = 65;
/// The child could not do its work; standard error says why.
pub(super) const FAULT: i32 = 70;
/// What the standard library, wasmtime and who starts threads say when they get no memory.
pub(super) const NO_MEMORY: [&str; 4] =
    ["memory allocation of", "out of memory", "Cannot allocate memory", "Resource temporarily unavailable"];
/// The most of the child's words that are read, in bytes.
pub(super) const MAX_WORDS: u64 = 16 << 10;
