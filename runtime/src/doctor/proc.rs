//! Small files in which the system tells about itself, and quantities as words.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// The most that is read of such a file, in bytes.
const MOST: u64 = 1 << 16;

/// What such a file holds; none if it is not there.
pub(super) fn read(path: impl AsRef<Path>) -> Option<String> {
    let mut text = String::new();
    File::open(path).ok()?.take(MOST).read_to_string(&mut text).ok()?;
    Some(text)
}

/// A number that stands in such a file alone.
pub(super) fn number(path: impl AsRef<Path>) -> Option<u64> {
    read(path)?.trim().parse().ok()
}

/// Bytes, in units of 1000.
pub(super) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..10_000_000 => format!("{} kB", bytes / 1000),
        10_000_000..10_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}
