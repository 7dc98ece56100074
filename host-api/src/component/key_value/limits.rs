//! What is too much.

use std::time::Duration;

/// The longest key, in bytes.
pub(super) const MAX_KEY: usize = 4 << 10;
/// The longest value, in bytes.
pub(super) const MAX_VALUE: usize = 16 << 20;
/// What an entry counts besides its key and its value, in bytes: about what it takes.
pub(super) const ENTRY: i64 = 128;
/// The bytes that all stores in memory may hold together.
pub(super) const MAX_MEMORY: i64 = 64 << 20;

/// The most keys of one page of a list.
pub(super) const PAGE_KEYS: usize = 1_000;
/// The bytes of keys after which a page ends.
pub(super) const PAGE_BYTES: usize = 256 << 10;

/// The most keys of one call for several.
pub(super) const MAX_BATCH: usize = 10_000;
/// The most bytes of values that one call gives.
pub(super) const MAX_BATCH_BYTES: usize = 32 << 20;
/// The keys of such a call that are done at a time, before the guest may be stopped.
pub(super) const PIECE: usize = 100;

/// The most handles for a swap that a guest may have at a time.
pub(super) const MAX_SWAPS: usize = 1_000;

/// How long a guest waits for other processes that write to the same file.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How long it waits before it tries again.
pub(super) const PAUSE: Duration = Duration::from_millis(3);

/// What an entry counts, in bytes. Its key stands there twice, once to find it by.
pub(super) fn cost(key: &str, value: usize) -> i64 {
    // Both are bounded far below what these hold.
    2 * key.len() as i64 + value as i64 + ENTRY
}
