//! The pool that instances of functions come from.
//!
//! What an instance touched is kept for the next one and cleared, up to a bound, instead of being given back to the system:
//! that is a call less, and spares the next one its page faults. How much of it was touched, the system says where it can
//! (`PAGEMAP_SCAN`); elsewhere all that is kept is cleared.
//!
//! There is one class of slots: each reserves address space for the largest memory that there is, which costs no memory, and
//! lets code go without checks of bounds.

use wasmtime::{Enabled, PoolingAllocationConfig};

/// The most slots of a pool, and the least.
const SLOTS: std::ops::RangeInclusive<u64> = 16..=1_000;
/// What one slot may hold on to while nobody uses it, with room for guests that use more, in bytes of the machine's memory.
const SLOT: u64 = 8 << 20;
/// Memories, tables and heaps of one slot. A component that needs more takes several slots.
pub(crate) const MEMORIES: u32 = 2;
/// As above.
pub(crate) const TABLES: u32 = 4;
/// The most elements of a table.
const ELEMENTS: usize = 100_000;
/// The most that the host keeps about an instance, in bytes.
const INSTANCE: usize = 16 << 20;

/// The slots that a machine with so many bytes of memory has.
pub(crate) fn slots(memory: u64) -> u32 {
    // No more than the largest number of the range, so that it fits.
    u32::try_from((memory / SLOT).clamp(*SLOTS.start(), *SLOTS.end())).unwrap_or(1_000)
}

/// A pool with so many slots.
pub(super) fn of(slots: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_stacks(slots)
        .total_memories(slots.saturating_mul(MEMORIES))
        .total_tables(slots.saturating_mul(TABLES))
        // Core instances are counted and no more: what bounds them is what they consist of.
        .total_core_instances(u32::MAX)
        .max_component_instance_size(INSTANCE)
        .max_core_instance_size(INSTANCE)
        .max_tables_per_module(TABLES)
        .table_elements(ELEMENTS)
        .max_memories_per_module(MEMORIES)
        .linear_memory_keep_resident(1 << 20)
        .table_keep_resident(64 << 10)
        .async_stack_keep_resident(16 << 10)
        .pagemap_scan(Enabled::Auto);
    // Who compiles nothing has no code with garbage to collect.
    #[cfg(feature = "compile")]
    pool.total_gc_heaps(slots);
    pool
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_is_as_large_as_its_machine_lets_it_be() {
        assert_eq!([0, 1 << 30, 1 << 40].map(slots), [16, 128, 1_000]);
    }
}
