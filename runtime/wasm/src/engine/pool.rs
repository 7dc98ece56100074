//! The pool that instances of functions come from.
//!
//! What an instance touched is kept for the next one and cleared, up to a bound, instead of being given back to the system:
//! that is a call less, and spares the next one its page faults. How much of it was touched, the system says where it can
//! (`PAGEMAP_SCAN`); elsewhere all that is kept is cleared.
//!
//! There is one class of slots: each reserves address space for the largest memory that there is, 4 GiB. Classes for smaller
//! memories were measured, of 1 GiB, 256, 64 and 16 MiB, with 1,000 slots of two memories each (x86-64, Linux 6.18):
//!
//! | reserved for a memory | address space in all | resident | making the pool | an instance | code that loads and stores |
//! |---|---|---|---|---|---|
//! | 4 GiB | 7.9 TiB | 16.7 MB | 2.4 to 2.9 ms | 6.3 to 6.9 µs | 9.9 ms |
//! | 1 GiB | 2.0 TiB | 16.8 MB | 2.3 to 2.4 ms | 6.0 to 6.1 µs | 12.3 ms |
//! | 64 MiB | 190 GiB | 16.9 MB | 2.4 to 2.9 ms | 6.1 to 7.2 µs | 12.3 ms |
//! | 16 MiB | 96 GiB | 16.9 MB | 2.5 to 2.6 ms | 6.2 to 6.5 µs | 12.3 ms |
//!
//! They save nothing but address space, of which there are 128 TiB; their code checks bounds, which takes a quarter more
//! time, is compiled and kept once for each class, and would tie a slot to functions of its size. What a slot holds on to
//! is bounded by what is kept resident, and not by its reservation. Where there is less address space (`ulimit -v`), the
//! pool is made with fewer slots.

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

/// A pool with so many slots. It asks the kernel which pages were touched where it may and the kernel can tell.
pub(super) fn of(slots: u32, scans_pages: bool) -> PoolingAllocationConfig {
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
        .pagemap_scan(if scans_pages { Enabled::Auto } else { Enabled::No });
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
