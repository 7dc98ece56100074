//! What a guest may not exceed.

use std::time::Duration;

use dayfly_spec::model::{Located, Origin, Task};

const MB: u64 = 1_000_000;

/// What a guest may not exceed. [`Limits::of`] fills in the defaults where a job is silent.
#[derive(Clone, Debug)]
pub struct Limits {
    /// All memories and tables together, in bytes.
    pub memory: Located<u64>,
    /// Live bytes below what the guest may write.
    pub disk: Located<u64>,
    /// Live files, folders and links below what the guest may write.
    pub files: u64,
    /// Bytes of standard output, and of standard error.
    pub output: u64,
    /// Open files and folders.
    pub open_files: usize,
    /// From the guest's first instruction to its last.
    pub timeout: Option<Located<Duration>>,
}

impl Limits {
    /// Memory where a job is silent, in bytes.
    pub const DEFAULT_MEMORY: u64 = 512 * MB;
    /// Disk where a job is silent, in bytes.
    pub const DEFAULT_DISK: u64 = 1_000 * MB;
    /// Standard output, and standard error, in bytes.
    pub const OUTPUT: u64 = 1_000 * MB;
    /// Files, folders and links that a guest may have at a time.
    pub const FILES: u64 = 1_000_000;
    /// Files and folders that a guest may have open at a time.
    pub const OPEN_FILES: usize = 4_096;

    /// The limits of a task.
    pub fn of(task: &Task) -> Limits {
        let size = |value: &Option<Located<u64>>, default, change: &'static str| {
            value.clone().unwrap_or_else(|| Located::new(default, Origin::unwritten(change)))
        };
        // An execution may never take longer than the job as a whole.
        let (execution, total) = (&task.timeouts.execution, &task.timeouts.total);
        let timeout = match (execution, total) {
            (Some(run), Some(all)) if run.value <= all.value => execution,
            (Some(_), None) => execution,
            (_, total) => total,
        };
        Limits {
            memory: size(&task.resources.memory, Limits::DEFAULT_MEMORY, "`Resources.Memory` or --memory"),
            disk: size(&task.resources.disk, Limits::DEFAULT_DISK, "`Resources.Disk` or --disk"),
            files: Limits::FILES,
            output: Limits::OUTPUT,
            open_files: Limits::OPEN_FILES,
            timeout: timeout.clone(),
        }
    }
}
