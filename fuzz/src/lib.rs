//! What fuzz targets share.

mod job;

use std::path::Path;

pub use job::{filled, read_soundly};
use tempfile::TempDir;

/// An empty folder that is gone after the run: in memory where the system has such a place, as a target makes
/// thousands of them.
pub fn room() -> TempDir {
    let in_memory = Path::new("/dev/shm");
    let made = if in_memory.is_dir() { tempfile::tempdir_in(in_memory) } else { tempfile::tempdir() };
    made.expect("a temporary folder")
}
