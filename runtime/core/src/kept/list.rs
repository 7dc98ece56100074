//! Looking for executions.

use std::cmp::Reverse;
use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::entry::is_locked;
use super::locks::Locks;
use super::{KeptExecution, KeptState, executions, running};
use crate::{Error, ExecutionId, folder, tree};

/// The most executions that are listed; where there are more, some of them.
const MAX_LISTED: usize = 100_000;

/// All executions of a home: those that run first, then the latest first.
pub(super) fn list(home: &Path) -> Result<Vec<KeptExecution>, Error> {
    // In this order: one that ends meanwhile is seen twice rather than never.
    let mut found = under_way(&running(home))?;
    let ended = ended(&executions(home))?;
    found.retain(|execution| !ended.iter().any(|ended| ended.id == execution.id));
    found.sort_by_key(|execution| Reverse(execution.time));
    found.extend(ended);
    Ok(found)
}

fn under_way(room: &Path) -> Result<Vec<KeptExecution>, Error> {
    let mut locks = None;
    let mut found = Vec::new();
    for entry in entries(room)? {
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.strip_prefix(folder::STAGING_PREFIX));
        let Some(id) = id.and_then(ExecutionId::parse) else { continue };
        let path = entry.path();
        // What is gone by now has ended.
        let Ok(folder) = tree::open_folder(&path) else { continue };
        let Ok(there) = folder.metadata() else { continue };
        let state = if is_locked(&folder) {
            let pid = locks.get_or_insert_with(Locks::read).holder(&there);
            KeptState::Running { pid }
        } else {
            KeptState::Killed
        };
        // A folder's own time moves on; not every file system knows when it was made.
        let time = there.created().unwrap_or_else(|_| modified(&there));
        found.push(KeptExecution { id, folder: path, state, time });
    }
    Ok(found)
}

fn ended(folder: &Path) -> Result<Vec<KeptExecution>, Error> {
    let mut found = Vec::new();
    for entry in entries(folder)? {
        let Some(id) = entry.file_name().to_str().and_then(ExecutionId::parse) else { continue };
        // Asked of the entry itself, never of what a link leads to.
        match entry.metadata() {
            Ok(there) if there.is_dir() => {
                let (folder, time) = (entry.path(), modified(&there));
                found.push(KeptExecution { id, folder, state: KeptState::Ended, time });
            }
            // Something else, or removed meanwhile.
            _ => {}
        }
    }
    found.sort_by_key(|execution| Reverse(execution.time));
    Ok(found)
}

fn modified(there: &Metadata) -> SystemTime {
    there.modified().unwrap_or(SystemTime::UNIX_EPOCH)
}

/// The entries of a folder; none if it is not there.
fn entries(folder: &Path) -> Result<Vec<DirEntry>, Error> {
    let listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed.and_then(|entries| entries.take(MAX_LISTED).collect()),
    };
    let path: PathBuf = folder.to_owned();
    listed.map_err(|source| Error::Unreadable { what: "folder", path: path.display().to_string(), source })
}
