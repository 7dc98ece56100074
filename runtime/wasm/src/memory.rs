//! The memory of a guest: all memories and tables of its store together.

use std::sync::Arc;

use dayfly_core::{Limits, Machine, Refusal};
use wasmtime::ResourceLimiter;

/// What a table's element takes on the host, in bytes.
pub(crate) const TABLE_ELEMENT: usize = size_of::<usize>();
/// What every machine has for a guest, in bytes.
const EVERYWHERE: u64 = 64 << 20;
/// Memories, tables and instances of one store, each.
pub(crate) const MAX_ITEMS: usize = 10_000;
/// What all instances of one store may take beside their memories and tables, in bytes.
const MAX_INSTANCE_BYTES: u64 = 512 << 20;

/// Counts what a guest's memories and tables take, and refuses what would pass the limit. A refusal goes to
/// the guest: `memory.grow` gives -1.
#[derive(Debug)]
pub(crate) struct Memory {
    limit: u64,
    /// What has more than the machine is not more than that; asked for when it matters.
    machine: Option<Arc<Machine>>,
    used: u64,
    peak: u64,
    /// The last growth that was granted, and the peak before it; taken back if the host then fails to allocate it.
    granted: (u64, u64),
    refused: Option<Refused>,
    /// The most instances.
    instances: usize,
}

/// Growth that was refused.
#[derive(Clone, Copy, Debug)]
struct Refused {
    /// What the guest would have had in all, the first time.
    wanted: u64,
    /// It was within the limit, and the host did not have it.
    by_host: bool,
    /// How often.
    count: u64,
}

impl Memory {
    /// Memory of at most `limit` bytes, and of no more than the machine has.
    pub(crate) fn new(limit: u64, machine: Arc<Machine>) -> Memory {
        Memory {
            limit,
            machine: Some(machine),
            used: 0,
            peak: 0,
            granted: (0, 0),
            refused: None,
            instances: MAX_ITEMS,
        }
    }

    /// Bounds how many instances there may be, of which each takes at the most so many `bytes` of the host's memory: a
    /// component may instantiate a large module any number of times.
    pub(crate) fn with_instances_of(mut self, bytes: u64) -> Memory {
        let most = MAX_INSTANCE_BYTES.checked_div(bytes).unwrap_or(u64::MAX).max(1);
        self.instances = usize::try_from(most).unwrap_or(MAX_ITEMS).min(MAX_ITEMS);
        self
    }

    /// The most that was in use at a time, in bytes.
    pub(crate) fn peak(&self) -> u64 {
        self.peak
    }

    /// What the guest would have had in all, the first time that growth was refused.
    pub(crate) fn wanted(&self) -> Option<u64> {
        self.refused.map(|refused| refused.wanted)
    }

    /// What was refused, if anything was, in words that go on after who it was refused to.
    pub(crate) fn refused(&self, limits: &Limits) -> Option<Refusal> {
        let Refused { wanted, by_host, count } = self.refused?;
        let (what, remedy) = if by_host {
            (format!("{wanted} bytes of memory in all, which this machine does not have"), None)
        } else {
            let (most, change) = (self.limit, limits.memory.origin.quoted());
            let what = format!("{wanted} bytes of memory in all, where it may have {most}");
            (what, Some(format!("{change} sets the limit")))
        };
        Some(Refusal { what, remedy, count })
    }

    /// Decides about growth from `current` to `desired` of something that the module itself lets grow up to `own`, all
    /// of them so many times `unit` bytes.
    fn grow(&mut self, current: usize, desired: usize, own: Option<usize>, unit: usize) -> bool {
        // What the module forbids is no refusal of ours, and nobody could allow it.
        if own.is_some_and(|own| desired > own) {
            return false;
        }
        let bytes = desired.saturating_sub(current).saturating_mul(unit) as u64;
        let wanted = self.used.saturating_add(bytes);
        if wanted > EVERYWHERE
            && let Some(machine) = self.machine.take()
        {
            self.limit = self.limit.min(machine.memory());
        }
        if wanted > self.limit {
            self.refuse(wanted, false);
            return false;
        }
        self.used = wanted;
        self.granted = (bytes, self.peak);
        self.peak = self.peak.max(wanted);
        true
    }

    fn take_back(&mut self) {
        self.refuse(self.used, true);
        let (bytes, peak) = self.granted;
        self.used -= bytes;
        self.peak = peak;
        self.granted = (0, peak);
    }

    fn refuse(&mut self, wanted: u64, by_host: bool) {
        self.refused.get_or_insert(Refused { wanted, by_host, count: 0 }).count += 1;
    }
}

impl ResourceLimiter for Memory {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        own: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(self.grow(current, desired, own, 1))
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.take_back();
        Ok(())
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        own: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(self.grow(current, desired, own, TABLE_ELEMENT))
    }

    fn table_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.take_back();
        Ok(())
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        MAX_ITEMS
    }

    fn memories(&self) -> usize {
        MAX_ITEMS
    }
}

#[cfg(test)]
mod tests {
    use dayfly_spec::model::{Located, Origin};

    use super::*;

    #[test]
    fn memories_and_tables_share_one_limit() {
        let mut memory = Memory::new(1000, Arc::new(Machine::this()));
        assert!(memory.memory_growing(0, 600, None).unwrap());
        assert!(memory.table_growing(0, 50, None).unwrap());
        assert!(!memory.table_growing(50, 51, None).unwrap());
        assert!(!memory.memory_growing(600, 1200, None).unwrap());
        assert_eq!(memory.peak(), 1000);
        let limits =
            Limits { memory: Located::new(1000, Origin::unwritten("--memory")), ..Limits::default() };
        let refused = memory.refused(&limits).unwrap();
        assert_eq!(refused.what, "1008 bytes of memory in all, where it may have 1000");
        assert_eq!((refused.remedy.as_deref(), refused.count), (Some("`--memory` sets the limit"), 2));
    }

    #[test]
    fn large_instances_are_fewer() {
        let most = |bytes| Memory::new(1000, Arc::new(Machine::this())).with_instances_of(bytes).instances();
        assert_eq!([0, 1_000, 1 << 20, u64::MAX].map(most), [MAX_ITEMS, MAX_ITEMS, 512, 1]);
    }

    #[test]
    fn nobody_gets_more_than_the_machine_has() {
        let mut memory = Memory::new(1 << 40, Arc::new(Machine::this().with_memory(100 << 20)));
        assert!(memory.memory_growing(0, 100 << 20, None).unwrap());
        assert!(!memory.memory_growing(100 << 20, (100 << 20) + 1, None).unwrap());
    }

    #[test]
    fn what_the_host_can_not_give_is_not_counted() {
        let mut memory = Memory::new(1000, Arc::new(Machine::this()));
        assert!(memory.memory_growing(0, 800, None).unwrap());
        memory.memory_grow_failed(wasmtime::Error::msg("no memory")).unwrap();
        assert_eq!(memory.peak(), 0);
        assert!(memory.memory_growing(0, 1000, None).unwrap());
        let refused = memory.refused(&Limits::default()).unwrap();
        assert!(refused.what.ends_with("which this machine does not have") && refused.remedy.is_none());
    }

    #[test]
    fn what_a_module_forbids_itself_is_no_refusal() {
        let mut memory = Memory::new(1000, Arc::new(Machine::this()));
        assert!(memory.memory_growing(0, 100, Some(200)).unwrap());
        assert!(!memory.memory_growing(100, 201, Some(200)).unwrap());
        assert!(!memory.memory_growing(100, 5000, Some(200)).unwrap());
        assert!(!memory.table_growing(0, 11, Some(10)).unwrap());
        assert!(memory.refused(&Limits::default()).is_none());
        assert_eq!(memory.peak(), 100);
    }
}
