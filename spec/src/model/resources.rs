//! What a task may use.

use std::time::Duration;

use super::Located;

/// What a task may use; what is not said takes the host's default.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Resources {
    /// Share of processor cores, in thousandths: 500 is half of one.
    pub cpu: Option<Located<u64>>,
    /// Memory, in bytes.
    pub memory: Option<Located<u64>>,
    /// Writable disk space, in bytes.
    pub disk: Option<Located<u64>>,
    /// Graphics processors.
    pub gpu: Option<Located<Gpu>>,
    /// Total processor time, in milliseconds.
    pub cpu_time: Option<Located<u64>>,
    /// Whether it is counted how far the guest comes, and limited.
    pub fuel: Option<Located<Fuel>>,
}

/// How far a guest comes, in units of fuel: most instructions of WebAssembly take one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fuel {
    /// It is counted.
    Counted,
    /// It is counted, and may not become more than this.
    AtMost(u64),
}

/// How many graphics processors, and of what kind.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Gpu {
    /// How many; none means all there are.
    pub count: Option<u32>,
    /// Video memory that is asked for, in bytes; advice.
    pub memory: Option<u64>,
}

/// How long a task may take; none means no limit.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Timeouts {
    /// One execution.
    pub execution: Option<Located<Duration>>,
    /// Waiting for its turn.
    pub queue: Option<Located<Duration>>,
    /// Waiting, all executions and the pauses between them.
    pub total: Option<Located<Duration>>,
}
