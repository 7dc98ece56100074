//! What a process takes of the system.

use std::fs;

/// What a process takes of the system at a moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Vitals {
    /// Memory that is resident, in KiB.
    pub(crate) resident: u64,
    pub(crate) threads: u64,
    pub(crate) files: usize,
}

impl Vitals {
    pub(crate) fn of(process: u32) -> Vitals {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim_start_matches(':').split_whitespace().next().unwrap().parse().unwrap()
        };
        let files = fs::read_dir(format!("/proc/{process}/fd")).unwrap().count();
        Vitals { resident: field("VmRSS"), threads: field("Threads"), files }
    }
}
