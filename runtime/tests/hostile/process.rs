//! What a process holds, as the kernel counts it.

use std::fs;

/// What this process holds.
#[derive(Debug)]
pub(crate) struct Held {
    /// Memory in use that is no file's, in KiB.
    pub(crate) kib: u64,
    /// Open files.
    pub(crate) handles: usize,
    /// Threads.
    pub(crate) threads: usize,
    /// Mappings of memory.
    pub(crate) mappings: usize,
}

impl Held {
    pub(crate) fn now() -> Held {
        give_back();
        let status = fs::read_to_string("/proc/self/status").unwrap();
        // Pages of files, such as this program's own code, come and go with what else the machine does.
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        let kib = line.trim().strip_suffix("kB").unwrap().trim().parse().unwrap();
        let handles = fs::read_dir("/proc/self/fd").unwrap().count();
        let mappings = fs::read_to_string("/proc/self/maps").unwrap().lines().count();
        Held { kib, handles, threads: threads().len(), mappings }
    }

    /// Whether nothing is more than before by more than an allowance.
    pub(crate) fn is_within(&self, before: &Held, more: &Held) -> bool {
        self.kib <= before.kib + more.kib
            && self.handles <= before.handles + more.handles
            && self.threads <= before.threads + more.threads
            && self.mappings <= before.mappings + more.mappings
    }
}

/// The names of this process's threads.
pub(crate) fn threads() -> Vec<String> {
    let tasks = fs::read_dir("/proc/self/task").unwrap().flatten();
    // One that ends meanwhile has no name any more.
    tasks.filter_map(|task| fs::read_to_string(task.path().join("comm")).ok()).collect()
}

/// Has the allocator give back what is free: it keeps now more and now less of what guests took, and nothing could be told
/// of what the guests themselves left.
#[cfg(target_env = "gnu")]
#[allow(unsafe_code)]
fn give_back() {
    // SAFETY: it has no preconditions, and touches no memory that is in use.
    unsafe { libc::malloc_trim(0) };
}

/// Other allocators have no such function.
#[cfg(not(target_env = "gnu"))]
fn give_back() {}
