//! What this machine has for guests.

mod group;
mod memory;

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::OnceLock;

pub use group::{Group, GroupLimit};
pub use memory::Memory;

/// The most that is read of a file in which the system tells about itself, in bytes.
const MOST: usize = 1 << 12;

/// What guests may have together: of this machine, unless somebody says otherwise.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    cpu: OnceLock<u64>,
    memory: OnceLock<u64>,
}

impl Machine {
    /// All that this process may have of this machine. Each part is found out when it is first asked for.
    pub fn this() -> Machine {
        Machine::default()
    }

    /// The same with so many thousandths of processor cores.
    #[must_use]
    pub fn with_cpu(self, thousandths: u64) -> Machine {
        Machine { cpu: thousandths.into(), ..self }
    }

    /// The same with so many bytes of memory.
    #[must_use]
    pub fn with_memory(self, bytes: u64) -> Machine {
        Machine { memory: bytes.into(), ..self }
    }

    /// Processor cores, in thousandths: those that this process may run on, within its control group.
    pub fn cpu(&self) -> u64 {
        *self.cpu.get_or_init(|| {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            (cores as u64).saturating_mul(1000)
        })
    }

    /// Memory, in bytes: what is built in, or what the control group of this process may have if that is less.
    pub fn memory(&self) -> u64 {
        *self.memory.get_or_init(|| {
            let built_in = Memory::now().map_or(u64::MAX, |memory| memory.total);
            match Group::of_this_process().map(|group| group.memory) {
                Some(GroupLimit::Bytes(most)) => built_in.min(most),
                _ => built_in,
            }
        })
    }
}

/// What a small file holds in which the system tells about itself; none if it is not there.
pub fn read(path: impl AsRef<Path>) -> Option<String> {
    let mut text = vec![0; MOST];
    // Such files are given whole by the first read: looking for more would be a call of the system for nothing.
    let length = File::open(path).ok()?.read(&mut text).ok()?;
    text.truncate(length);
    String::from_utf8(text).ok()
}
