//! What a guest may not exceed.

use std::time::Duration;

use dayfly_spec::model::{Fuel, Located, Origin, Task};

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
    /// The share of one processor core, in thousandths and below 1000; none is no limit.
    pub cpu: Option<Located<u64>>,
    /// Processor time in all.
    pub cpu_time: Option<Located<Duration>>,
    /// How far the guest may come, and whether that is counted; none is neither.
    pub fuel: Option<Located<Fuel>>,
    /// Bytes that it may send over the network in all.
    pub sent: Option<Located<u64>>,
    /// Bytes that it may send over the network in a second.
    pub send_rate: Option<Located<u64>>,
    /// From the guest's first instruction to its last.
    pub timeout: Option<Located<Duration>>,
    /// Waiting for its turn; no time at all is not to wait.
    pub queue: Option<Located<Duration>>,
    /// Waiting for its turn, staging its inputs and running, together.
    pub total: Option<Located<Duration>>,
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

    /// A whole core, in thousandths. A guest has one thread, which never takes more.
    pub const CORE: u64 = 1_000;

    /// The limits of a task. No machine is asked how much it has: see [`Start::machine`](crate::Start::machine).
    pub fn of(task: &Task) -> Limits {
        let Limits { memory, disk, files, output, open_files, .. } = Limits::default();
        let (resources, timeouts, egress) = (&task.resources, &task.timeouts, &task.network.egress);
        let cpu = resources.cpu.clone().filter(|share| (1..Limits::CORE).contains(&share.value));
        Limits {
            memory: resources.memory.clone().unwrap_or(memory),
            disk: resources.disk.clone().unwrap_or(disk),
            files,
            output,
            open_files,
            cpu,
            cpu_time: resources.cpu_time.clone().map(|time| time.map(Duration::from_millis)),
            fuel: resources.fuel.clone(),
            sent: egress.sent.clone(),
            // None at all would be waiting for ever.
            send_rate: egress.rate.clone().filter(|rate| rate.value > 0),
            timeout: timeouts.execution.clone(),
            queue: timeouts.queue.clone(),
            total: timeouts.total.clone(),
        }
    }

    /// The fuel that a guest starts with; none where nothing is counted.
    pub fn tank(&self) -> Option<u64> {
        self.fuel.as_ref().map(|fuel| match fuel.value {
            Fuel::Counted => u64::MAX,
            Fuel::AtMost(most) => most,
        })
    }

    /// Why a guest was ended that used up its fuel.
    pub fn fuel_is_spent(&self) -> String {
        let what = "the guest used up its fuel";
        match &self.fuel {
            Some(Located { value: Fuel::AtMost(most), origin }) => {
                format!("{what} of {most} units; {} sets the limit", origin.quoted())
            }
            _ => what.to_owned(),
        }
    }

    /// Why a guest was ended that used up its processor time.
    pub fn cpu_time_is_spent(&self) -> String {
        let what = "the guest used up its processor time";
        match &self.cpu_time {
            Some(limit) => {
                let (time, change) = (humantime::format_duration(limit.value), limit.origin.quoted());
                format!("{what} of {time}; {change} sets the limit")
            }
            None => what.to_owned(),
        }
    }
}

/// The limits of a task that is silent.
impl Default for Limits {
    fn default() -> Limits {
        let size = |default, change: &'static str| Located::new(default, Origin::unwritten(change));
        Limits {
            memory: size(Limits::DEFAULT_MEMORY, "`Resources.Memory` or --memory"),
            disk: size(Limits::DEFAULT_DISK, "`Resources.Disk` or --disk"),
            files: Limits::FILES,
            output: Limits::OUTPUT,
            open_files: Limits::OPEN_FILES,
            cpu: None,
            cpu_time: None,
            fuel: None,
            sent: None,
            send_rate: None,
            timeout: None,
            queue: None,
            total: None,
        }
    }
}
