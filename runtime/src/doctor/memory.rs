//! Memory, and what the system and its control groups let a process have of it.

use dayfly_core::machine::{Group, GroupLimit, Memory};

use super::Finding;
use super::proc::{bytes, number};

/// What the smallest guests take, with dayfly itself.
const LITTLE: u64 = 64_000_000;
/// Mappings that each guest that runs may take, about.
const MAPS_OF_A_GUEST: u64 = 8;

pub(super) fn findings() -> Vec<Finding> {
    [physical(), group(), overcommit(), maps()].into_iter().flatten().collect()
}

fn physical() -> Option<Finding> {
    let Memory { total, available } = Memory::now()?;
    let says = format!("{}, {} of it available", bytes(total), bytes(available));
    Some(if available < LITTLE {
        Finding::missing("memory", says, "stop something else, or give guests less with --memory")
    } else {
        Finding::ok("memory", says)
    })
}

fn group() -> Option<Finding> {
    let group = Group::of_this_process()?;
    let version = format!("control groups of version {}", group.version);
    Some(match group.memory {
        GroupLimit::Unknown => {
            Finding::note("cgroup", format!("{version}; their memory limit can't be read"))
        }
        GroupLimit::None => Finding::ok("cgroup", format!("{version}, without a memory limit")),
        GroupLimit::Bytes(most) if most < LITTLE => Finding::missing(
            "cgroup",
            format!("{version}, with a memory limit of {}", bytes(most)),
            "a larger limit: memory.max of the group, --memory of a container",
        ),
        GroupLimit::Bytes(most) => {
            Finding::note("cgroup", format!("{version}, with a memory limit of {}", bytes(most))).remedy(
                "limits of jobs count for nothing beyond it: the kernel ends a process that crosses it",
            )
        }
    })
}

fn overcommit() -> Option<Finding> {
    Some(match number("/proc/sys/vm/overcommit_memory")? {
        2 => Finding::note(
            "overcommit",
            "the system promises no more memory than it has (vm.overcommit_memory = 2)",
        )
        .remedy("guests may be refused memory that others only reserve; 0 or 1 is usual"),
        mode => Finding::ok("overcommit", format!("memory may be reserved that is never used (mode {mode})")),
    })
}

fn maps() -> Option<Finding> {
    let most = number("/proc/sys/vm/max_map_count")?;
    let says = format!("{most} mappings a process, enough for {} guests at a time", most / MAPS_OF_A_GUEST);
    // What Linux has by default.
    Some(if most < 65_530 {
        Finding::missing("mappings", says, "sysctl vm.max_map_count=65530, or more for more guests at a time")
    } else {
        Finding::ok("mappings", says)
    })
}
