//! How many guests a process has room for.

mod memory;
mod turn;

use std::sync::Arc;

use rustix::process::{Resource, getrlimit};
use tokio::sync::Semaphore;

use crate::Machine;
use memory::Memory;

/// Files that one guest takes before it has opened any: its folder, its streams, its private space, and what its
/// thread waits with.
const FILES_OF_A_GUEST: usize = 10;
/// Files that every guest may open, however many the others have.
const OWN_FILES: usize = 6;
/// Files that are left to everybody else in the process.
const FILES_OF_OTHERS: usize = 100;
/// The most guests that run at a time, however many files there may be: each has a thread, and some of the mappings of
/// memory of which a process has 65,530.
const MAX_GUESTS: usize = 4_096;

/// How many guests run at a time, and what they share: the files that this process may have open, and the memory of the
/// machine. A guest that takes all that it can leaves the others, and the process itself, what they need.
#[derive(Debug)]
pub(crate) struct Capacity {
    pub(crate) guests: usize,
    turns: Arc<Semaphore>,
    files: SharedFiles,
    memory: Arc<Memory>,
}

/// The open files that guests share.
#[derive(Clone, Debug)]
pub struct SharedFiles {
    /// How many each guest may open without asking.
    pub own: usize,
    /// Each further one takes a permit from here, and gives it back when it is closed.
    pub left: Arc<Semaphore>,
}

impl Capacity {
    /// Room for this many guests; for as many as the process may have files for where nobody says.
    pub(crate) fn new(guests: Option<usize>, machine: Machine) -> Capacity {
        let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        let files = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(FILES_OF_OTHERS);
        let each = FILES_OF_A_GUEST + OWN_FILES;
        // An eighth is left for guests that open more.
        let fit = (files / 8 * 7 / each).clamp(1, MAX_GUESTS);
        let guests = guests.map_or(fit, |guests| guests.clamp(1, MAX_GUESTS));
        let left = files.saturating_sub(guests * each).min(Semaphore::MAX_PERMITS);
        let files = SharedFiles { own: OWN_FILES, left: Arc::new(Semaphore::new(left)) };
        Capacity {
            guests,
            turns: Arc::new(Semaphore::new(guests)),
            files,
            memory: Arc::new(Memory::of(Arc::new(machine))),
        }
    }

    /// What there is for guests.
    pub(crate) fn machine(&self) -> &Arc<Machine> {
        self.memory.machine()
    }

    /// The open files that the guests share.
    pub(crate) fn files(&self) -> SharedFiles {
        self.files.clone()
    }
}
