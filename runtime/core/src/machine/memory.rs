//! The memory that is built in.

/// The memory of this machine, in bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Memory {
    /// What is built in.
    pub total: u64,
    /// What could be had now without pushing anything out.
    pub available: u64,
}

impl Memory {
    /// How it is now; none where the system does not say.
    pub fn now() -> Option<Memory> {
        let text = super::read("/proc/meminfo")?;
        let value = |name: &str| -> Option<u64> {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
            line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilo| kilo * 1024)
        };
        Some(Memory { total: value("MemTotal")?, available: value("MemAvailable")? })
    }
}
