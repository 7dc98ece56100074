//! Memory, disk and time, with head room.

use std::time::Duration;

use dayfly_spec::model::{Data, Located, Task};

use super::origin;
use crate::Usage;

/// What is not worth asking for less of, in bytes.
const MEGABYTE: u64 = 1_000_000;
/// The least disk that documents let a job ask for, in bytes: for less, every run would come with a warning.
const LEAST_DISK: u64 = 10 * MEGABYTE;
/// The key of a task's free data that limits its processor time.
const CPU_TIME: &str = "limits.cpu-time";
/// Times more than one run took: another machine may be that much slower, or busier.
const SLOWER: u32 = 4;

/// Limits a task to what its executions used, with head room: a quarter more memory and disk, four times the time.
pub(super) fn set<'a>(task: &mut Task, executions: impl Iterator<Item = &'a Usage>) {
    let mut most = Usage::default();
    for usage in executions {
        most.peak_memory_bytes = most.peak_memory_bytes.max(usage.peak_memory_bytes);
        most.peak_disk_bytes = most.peak_disk_bytes.max(usage.peak_disk_bytes);
        most.cpu_ns = most.cpu_ns.max(usage.cpu_ns);
        most.wall_ns = most.wall_ns.max(usage.wall_ns);
    }
    task.resources.memory = Some(Located::new(bytes(most.peak_memory_bytes), origin()));
    let disk = bytes(most.peak_disk_bytes).max(LEAST_DISK);
    task.resources.disk = Some(Located::new(disk, origin()));
    let cpu_time = format!("{}s", seconds(most.cpu_ns).as_secs());
    task.resources.cpu_time = None;
    task.meta.retain(|(key, _)| key != CPU_TIME);
    task.meta.push((CPU_TIME.to_owned(), Located::new(Data::Text(cpu_time), origin())));
    task.timeouts.execution = Some(Located::new(seconds(most.wall_ns), origin()));
    task.timeouts.total = None;
}

/// A quarter more, in whole megabytes.
fn bytes(used: u64) -> u64 {
    used.saturating_add(used / 4).div_ceil(MEGABYTE).max(1).saturating_mul(MEGABYTE)
}

/// Some times more, in whole seconds.
fn seconds(nanoseconds: u64) -> Duration {
    let more = Duration::from_nanos(nanoseconds).saturating_mul(SLOWER);
    Duration::from_secs(more.as_secs() + 1)
}
