//! What goes when there is too much.

use std::io;

use super::key::wasmtime_version;
use super::lock::Lock;
use super::name::{self, Kind};
use super::open::Open;
use super::seal;
use super::survey::{self, Survey};

/// What [`CodeCache::gc`](super::CodeCache::gc) did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Collected {
    /// Entries that were removed: not usable, of another version of wasmtime, or not used for the longest time.
    pub removed: usize,
    /// Files that were removed because a killed process had left them unfinished.
    pub leftovers: usize,
    /// What all of these took, in bytes.
    pub freed_bytes: u64,
    /// Entries that are left.
    pub kept: usize,
    /// What they take, in bytes.
    pub kept_bytes: u64,
}

/// Removes what is of no use, and then what was not used for the longest time, until no more than `max_bytes` are left.
pub(super) fn collect(open: &Open, lock: &Lock, max_bytes: u64) -> io::Result<Collected> {
    let mut survey = Survey::of(open, lock)?;
    let mut collected = Collected::default();
    for leftover in &survey.leftovers {
        open.folder.remove(&leftover.name)?;
        collected.leftovers += 1;
        collected.freed_bytes += leftover.bytes;
    }
    for (entry, _) in &survey.refused {
        remove(open, lock, entry)?;
        collected.removed += 1;
    }
    let version = wasmtime_version();
    survey.entries.sort_by_key(|item| item.used);
    collected.kept_bytes = survey.bytes();
    for item in &survey.entries {
        if item.seal.wasmtime == version && collected.kept_bytes <= max_bytes {
            collected.kept += 1;
            continue;
        }
        remove(open, lock, &item.entry)?;
        collected.removed += 1;
        collected.freed_bytes += item.bytes;
        collected.kept_bytes -= item.bytes;
    }
    Ok(collected)
}

/// Makes room for an entry of so many bytes, whose code is there already. Before its seal is: the bound holds even
/// if this process is killed in between.
pub(super) fn make_room(open: &Open, lock: &Lock, bytes: u64, max_bytes: u64) -> io::Result<()> {
    if !has_room(open, max_bytes)? {
        collect(open, lock, max_bytes.saturating_sub(bytes))?;
    }
    Ok(())
}

/// Whether there is nothing to do, as far as it shows without opening a file.
fn has_room(open: &Open, max_bytes: u64) -> io::Result<bool> {
    // The code that is there already, and the seal to come.
    let (mut bytes, mut seals, mut others) = (seal::MAX_BYTES as u64, 1_usize, 0_usize);
    for name in open.folder.names()? {
        match name::kind(&name) {
            Kind::Seal { .. } => seals += 1,
            Kind::Code { .. } | Kind::Temporary => others += 1,
            Kind::Fixture | Kind::Foreign => continue,
        }
        bytes += open.folder.size(&name)?;
    }
    Ok(bytes <= max_bytes && seals == others)
}

/// Removes an entry, whatever it is. Who uses its code goes on doing so, and who is about to seal other code for it, too.
pub(super) fn remove(open: &Open, _: &Lock, entry: &str) -> io::Result<()> {
    // The seal first: code without one is never used.
    open.folder.remove(&name::seal(entry))?;
    for name in open.folder.names()? {
        if name::kind(&name) == (Kind::Code { entry })
            && let Some(leftover) = survey::leftover(open, name, true)
        {
            open.folder.remove(&leftover.name)?;
        }
    }
    Ok(())
}
