//! What fuzz targets share.

mod house;
mod job;
mod modules;

use std::path::Path;

pub use house::House;
pub use job::{filled, read_soundly};
pub use modules::{inspected, modules, with_names};
use tempfile::TempDir;

/// An empty folder that is gone after the run: in memory where the system has such a place, as a target makes
/// thousands of them.
pub fn room() -> TempDir {
    let in_memory = Path::new("/dev/shm");
    let made = if in_memory.is_dir() { tempfile::tempdir_in(in_memory) } else { tempfile::tempdir() };
    made.expect("a temporary folder")
}
