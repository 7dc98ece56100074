//! What the process takes of the machine, by the names that every client of Prometheus has for it.

use std::fmt::{self, Write};
use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};

use super::print::family;

/// What the process takes of the machine, and which version of dayfly it is. What the system does not tell is left out.
pub(super) fn process(text: &mut String, since: SystemTime) -> fmt::Result {
    let name = "process_cpu_seconds_total";
    family(text, name, "counter", "Processor time of the process.")?;
    let used = Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default();
    writeln!(text, "{name} {}", used.as_secs_f64())?;
    if let Some(bytes) = resident() {
        let name = "process_resident_memory_bytes";
        family(text, name, "gauge", "Memory of the process that is there.")?;
        writeln!(text, "{name} {bytes}")?;
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        let name = "process_open_fds";
        family(text, name, "gauge", "Files and sockets that the process has open.")?;
        writeln!(text, "{name} {}", files.count())?;
    }
    let name = "process_start_time_seconds";
    family(text, name, "gauge", "When the server was started, since 1970.")?;
    writeln!(text, "{name} {}", since.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64())?;
    let name = "dayfly_build_info";
    family(text, name, "gauge", "Which version of dayfly this is.")?;
    writeln!(text, "{name}{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"))
}

/// Bytes of memory that are there, as Linux says it.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
